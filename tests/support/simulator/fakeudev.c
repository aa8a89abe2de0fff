/* Preloaded into Chromium (LD_PRELOAD): adds serial ports backed by pseudo terminals to what libudev lists.
 *
 * FAKE_UDEV_DIR is a folder; each file in it is a port that is plugged in, holding one line "DEVNODE VID PID NAME".
 * Renaming a file into the folder plugs the port in, deleting it unplugs it; Chromium's monitor hears both through inotify.
 * Real devices are still listed: whatever is not ours is handed on to the real libudev.
 *
 * A pseudo terminal has no modem lines. Their ioctls are answered here, and each change is appended to
 * FAKE_UDEV_DIR/.signals as "PTS DTR RTS", for the simulated board to act on. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <libudev.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define MAGIC 0x5eedf00dUL
#define SYSPATH "/sys/devices/fake/usb1/tty/"

/* libudev's types are opaque to callers, so each object that we hand out is one of these. */
enum kind { DEVICE, ENUMERATE, MONITOR, ENTRY };
typedef struct object {
  unsigned long magic;
  enum kind kind;
  int refs;
  int filtered;  /* a subsystem was asked for */
  int wants_tty; /* and tty was one of them */
  int fd;        /* MONITOR: inotify, or -1 */
  void *real;    /* libudev's own object behind ours */
  const char *action;
  char syspath[512], node[256], vid[16], pid[16], name[128], id[128];
  struct object *next, *list;
} object;

#define REAL(function) ((__typeof__(&function))dlsym(RTLD_NEXT, #function))

static const char *folder(void) { return getenv("FAKE_UDEV_DIR"); }

static int is(const void *pointer, enum kind kind) {
  const object *o = pointer;
  return o && o->magic == MAGIC && o->kind == kind;
}

static object *make(enum kind kind) {
  object *o = calloc(1, sizeof *o);
  o->magic = MAGIC;
  o->kind = kind;
  o->refs = 1;
  o->fd = -1;
  return o;
}

static object *device(const char *id, const char *action) {
  object *o = make(DEVICE);
  char path[1024];
  snprintf(o->id, sizeof o->id, "%s", id);
  snprintf(o->syspath, sizeof o->syspath, SYSPATH "%s", id);
  o->action = action;
  snprintf(path, sizeof path, "%s/%s", folder(), id);
  FILE *file = fopen(path, "re");
  if (file) {
    if (fscanf(file, "%255s %15s %15s %127[^\n]", o->node, o->vid, o->pid, o->name) < 3) o->node[0] = 0;
    fclose(file);
  }
  return o;
}

/* ---- listing ---- */

static void free_entries(object *entry) {
  while (entry) {
    object *next = entry->next;
    free(entry);
    entry = next;
  }
}

static object **append(object **tail, const char *syspath) {
  object *entry = make(ENTRY);
  snprintf(entry->syspath, sizeof entry->syspath, "%s", syspath);
  *tail = entry;
  return &entry->next;
}

EXPORT struct udev_enumerate *udev_enumerate_new(struct udev *udev) {
  object *o = make(ENUMERATE);
  o->real = REAL(udev_enumerate_new)(udev);
  return (void *)o;
}

EXPORT int udev_enumerate_add_match_subsystem(struct udev_enumerate *e, const char *subsystem) {
  object *o = (void *)e;
  if (!is(o, ENUMERATE)) return REAL(udev_enumerate_add_match_subsystem)(e, subsystem);
  o->filtered = 1;
  if (subsystem && !strcmp(subsystem, "tty")) o->wants_tty = 1;
  return REAL(udev_enumerate_add_match_subsystem)(o->real, subsystem);
}

EXPORT int udev_enumerate_scan_devices(struct udev_enumerate *e) {
  object *o = (void *)e;
  if (!is(o, ENUMERATE)) return REAL(udev_enumerate_scan_devices)(e);
  free_entries(o->list);
  o->list = NULL;
  object **tail = &o->list;
  DIR *ports = (o->wants_tty || !o->filtered) && folder() ? opendir(folder()) : NULL;
  if (ports) {
    char syspath[512];
    for (struct dirent *file; (file = readdir(ports));) {
      if (file->d_name[0] == '.') continue;
      snprintf(syspath, sizeof syspath, SYSPATH "%s", file->d_name);
      tail = append(tail, syspath);
    }
    closedir(ports);
  }
  /* A container without /sys answers an error; our ports are there all the same. */
  if (REAL(udev_enumerate_scan_devices)(o->real) < 0) return 0;
  struct udev_list_entry *entry = REAL(udev_enumerate_get_list_entry)(o->real);
  for (; entry; entry = REAL(udev_list_entry_get_next)(entry))
    tail = append(tail, REAL(udev_list_entry_get_name)(entry));
  return 0;
}

EXPORT struct udev_list_entry *udev_enumerate_get_list_entry(struct udev_enumerate *e) {
  object *o = (void *)e;
  return is(o, ENUMERATE) ? (void *)o->list : REAL(udev_enumerate_get_list_entry)(e);
}

EXPORT struct udev_list_entry *udev_list_entry_get_next(struct udev_list_entry *entry) {
  return is(entry, ENTRY) ? (void *)((object *)entry)->next : REAL(udev_list_entry_get_next)(entry);
}

EXPORT const char *udev_list_entry_get_name(struct udev_list_entry *entry) {
  return is(entry, ENTRY) ? ((object *)entry)->syspath : REAL(udev_list_entry_get_name)(entry);
}

EXPORT struct udev_enumerate *udev_enumerate_unref(struct udev_enumerate *e) {
  object *o = (void *)e;
  if (!is(o, ENUMERATE)) return REAL(udev_enumerate_unref)(e);
  REAL(udev_enumerate_unref)(o->real);
  free_entries(o->list);
  free(o);
  return NULL;
}

/* ---- one device ---- */

EXPORT struct udev_device *udev_device_new_from_syspath(struct udev *udev, const char *path) {
  if (path && !strncmp(path, SYSPATH, strlen(SYSPATH))) return (void *)device(path + strlen(SYSPATH), NULL);
  return REAL(udev_device_new_from_syspath)(udev, path);
}

EXPORT struct udev_device *udev_device_ref(struct udev_device *d) {
  if (!is(d, DEVICE)) return REAL(udev_device_ref)(d);
  ((object *)d)->refs++;
  return d;
}

EXPORT struct udev_device *udev_device_unref(struct udev_device *d) {
  object *o = (void *)d;
  if (!is(o, DEVICE)) return REAL(udev_device_unref)(d);
  if (--o->refs == 0) free(o);
  return NULL;
}

#define ANSWERS(function, value)                        \
  EXPORT const char *function(struct udev_device *d) {  \
    object *o = (void *)d;                              \
    return is(o, DEVICE) ? (value) : REAL(function)(d); \
  }
ANSWERS(udev_device_get_subsystem, "tty")
ANSWERS(udev_device_get_syspath, o->syspath)
ANSWERS(udev_device_get_sysname, o->id)
ANSWERS(udev_device_get_devnode, o->node)
ANSWERS(udev_device_get_devtype, NULL)
ANSWERS(udev_device_get_driver, NULL)
ANSWERS(udev_device_get_action, o->action)

EXPORT const char *udev_device_get_sysattr_value(struct udev_device *d, const char *name) {
  return is(d, DEVICE) ? NULL : REAL(udev_device_get_sysattr_value)(d, name);
}

EXPORT struct udev_device *udev_device_get_parent(struct udev_device *d) {
  return is(d, DEVICE) ? NULL : REAL(udev_device_get_parent)(d);
}

EXPORT struct udev_device *udev_device_get_parent_with_subsystem_devtype(struct udev_device *d, const char *subsystem,
                                                                         const char *devtype) {
  return is(d, DEVICE) ? NULL : REAL(udev_device_get_parent_with_subsystem_devtype)(d, subsystem, devtype);
}

/* What Chromium reads to tell a USB serial port from a console. */
EXPORT const char *udev_device_get_property_value(struct udev_device *d, const char *key) {
  object *o = (void *)d;
  if (!is(o, DEVICE)) return REAL(udev_device_get_property_value)(d, key);
  if (!strcmp(key, "DEVNAME")) return o->node[0] ? o->node : NULL;
  if (!strcmp(key, "MAJOR")) return "4";
  if (!strcmp(key, "MINOR")) return "64";
  if (!strcmp(key, "ID_BUS")) return "usb";
  if (!strcmp(key, "ID_VENDOR_ID")) return o->vid;
  if (!strcmp(key, "ID_MODEL_ID")) return o->pid;
  if (!strcmp(key, "ID_MODEL") || !strcmp(key, "ID_MODEL_ENC")) return o->name;
  if (!strcmp(key, "ID_SERIAL_SHORT")) return o->id;
  return NULL;
}

/* ---- plug and unplug ---- */

EXPORT struct udev_monitor *udev_monitor_new_from_netlink(struct udev *udev, const char *name) {
  object *o = make(MONITOR);
  o->real = REAL(udev_monitor_new_from_netlink)(udev, name);
  return (void *)o;
}

EXPORT int udev_monitor_filter_add_match_subsystem_devtype(struct udev_monitor *m, const char *subsystem,
                                                           const char *devtype) {
  object *o = (void *)m;
  if (!is(o, MONITOR)) return REAL(udev_monitor_filter_add_match_subsystem_devtype)(m, subsystem, devtype);
  o->filtered = 1;
  if (subsystem && !strcmp(subsystem, "tty")) o->wants_tty = 1;
  return o->real ? REAL(udev_monitor_filter_add_match_subsystem_devtype)(o->real, subsystem, devtype) : 0;
}

EXPORT int udev_monitor_enable_receiving(struct udev_monitor *m) {
  object *o = (void *)m;
  if (!is(o, MONITOR)) return REAL(udev_monitor_enable_receiving)(m);
  if (!o->filtered) o->wants_tty = 1;
  if (o->wants_tty && folder()) {
    o->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    inotify_add_watch(o->fd, folder(), IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM);
    return 0;
  }
  if (o->real) REAL(udev_monitor_enable_receiving)(o->real);
  return 0;
}

EXPORT int udev_monitor_get_fd(struct udev_monitor *m) {
  object *o = (void *)m;
  if (!is(o, MONITOR)) return REAL(udev_monitor_get_fd)(m);
  if (o->fd >= 0) return o->fd;
  if (o->real) return REAL(udev_monitor_get_fd)(o->real);
  /* No netlink in this container: a descriptor that never becomes readable. */
  return o->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
}

EXPORT struct udev_device *udev_monitor_receive_device(struct udev_monitor *m) {
  object *o = (void *)m;
  if (!is(o, MONITOR)) return REAL(udev_monitor_receive_device)(m);
  if (!o->wants_tty) return o->real ? REAL(udev_monitor_receive_device)(o->real) : NULL;
  /* Chromium takes one device a call, inotify gives several events a read: keep the rest for the next calls. */
  static __thread char buffer[8192] __attribute__((aligned(8)));
  static __thread ssize_t length, offset;
  if (offset >= length) {
    length = read(o->fd, buffer, sizeof buffer);
    offset = 0;
    if (length <= 0) {
      length = 0;
      return NULL;
    }
  }
  struct inotify_event *event = (void *)(buffer + offset);
  offset += sizeof *event + event->len;
  if (!event->len || event->name[0] == '.') return NULL;
  return (void *)device(event->name, event->mask & IN_MOVED_TO ? "add" : "remove");
}

EXPORT struct udev_monitor *udev_monitor_unref(struct udev_monitor *m) {
  object *o = (void *)m;
  if (!is(o, MONITOR)) return REAL(udev_monitor_unref)(m);
  if (o->real) REAL(udev_monitor_unref)(o->real);
  if (o->fd >= 0) close(o->fd);
  free(o);
  return NULL;
}

/* ---- modem lines ---- */

/* devpts majors, Documentation/admin-guide/devices.txt */
static int is_pts(const struct stat *st) {
  return S_ISCHR(st->st_mode) && major(st->st_rdev) >= 136 && major(st->st_rdev) <= 143;
}

static void tell(unsigned pts, int lines) {
  char path[1024], line[64];
  snprintf(path, sizeof path, "%s/.signals", folder());
  int length = snprintf(line, sizeof line, "%u %d %d\n", pts, !!(lines & TIOCM_DTR), !!(lines & TIOCM_RTS));
  int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return;
  if (write(fd, line, length) < 0) perror(path);
  close(fd);
}

EXPORT int ioctl(int fd, unsigned long request, ...) {
  static int (*real)(int, unsigned long, ...);
  if (!real) real = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);

  int asks = request == TIOCMGET, sets = request == TIOCMSET || request == TIOCMBIS || request == TIOCMBIC;
  struct stat st;
  if (!(asks || sets) || !folder() || fstat(fd, &st) != 0 || !is_pts(&st)) return real(fd, request, argument);

  /* The kernel raises both on open, so what is kept is what was lowered since. */
  static int lowered[1024];
  unsigned pts = minor(st.st_rdev) & 1023;
  int *value = argument, both = TIOCM_DTR | TIOCM_RTS;
  if (asks) {
    *value = (both & ~lowered[pts]) | TIOCM_CTS | TIOCM_DSR | TIOCM_CAR;
    return 0;
  }
  if (request == TIOCMSET) lowered[pts] = both & ~*value;
  if (request == TIOCMBIS) lowered[pts] &= ~*value;
  if (request == TIOCMBIC) lowered[pts] |= *value & both;
  tell(pts, both & ~lowered[pts]);
  return 0;
}
