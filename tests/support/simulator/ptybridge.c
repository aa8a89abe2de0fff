/* One serial cable: opens a pseudo terminal and joins its master to stdin (towards the host) and stdout (from the host).
 *
 * Descriptor 3 tells what happens, one line each:
 *   slave PATH   once, at the start
 *   open, close  somebody opened the slave; the last one closed it
 *   baud N       the speed that the slave was set to, when it changed
 *   <N           the next N bytes of stdout were written by the host at this moment (so that order with the lines above is known)
 *
 * End of stdin pulls the cable: the master is closed and the host's reads fail. Bytes for the host while nobody has the slave
 * open are thrown away, as a UART does. Only Node's own modules are needed on the other side. */
#define _GNU_SOURCE
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void say(const char *format, const char *text, unsigned long number) {
  char line[256];
  int length = text ? snprintf(line, sizeof line, format, text) : snprintf(line, sizeof line, format, number);
  if (write(3, line, length) != length) exit(1);
}

/* What finds no room within 100 ms is lost, as it would be in a UART. */
static void write_all(int fd, const char *bytes, ssize_t length) {
  while (length > 0) {
    ssize_t written = write(fd, bytes, length);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {
      struct pollfd ready = {.fd = fd, .events = POLLOUT};
      if (poll(&ready, 1, 100) == 0) return;
      continue;
    }
    if (written < 0) exit(1);
    bytes += written;
    length -= written;
  }
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int opened; /* how often the slave is open, apart from us */

static void watch_opens(int notify, int slave) {
  char buffer[4096] __attribute__((aligned(8)));
  ssize_t length;
  while ((length = read(notify, buffer, sizeof buffer)) > 0)
    for (char *at = buffer; at < buffer + length; at += sizeof(struct inotify_event) + ((struct inotify_event *)at)->len) {
      struct inotify_event *event = (void *)at;
      if (event->mask & IN_OPEN) {
        if (opened++ == 0) say("open\n", NULL, 0);
      } else if (event->mask & IN_CLOSE && opened > 0 && --opened == 0) {
        ioctl(slave, TCFLSH, TCIFLUSH);
        say("close\n", NULL, 0);
      }
    }
}

static void watch_speed(int master) {
  static unsigned told;
  struct termios2 terms;
  if (ioctl(master, TCGETS2, &terms) != 0 || terms.c_ospeed == told) return;
  told = terms.c_ospeed;
  say("baud %lu\n", NULL, told);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0) fail("/dev/ptmx");
  if (grantpt(master) != 0 || unlockpt(master) != 0) fail("unlockpt");
  char path[128];
  if (ptsname_r(master, path, sizeof path) != 0) fail("ptsname");

  /* Held open, so that the master does not hang up whenever the host closes. */
  int slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0) fail(path);
  struct termios2 raw;
  if (ioctl(slave, TCGETS2, &raw) != 0) fail("TCGETS2");
  raw.c_iflag = 0;
  raw.c_oflag = 0;
  raw.c_lflag = 0;
  raw.c_cflag = (raw.c_cflag & ~(CSIZE | PARENB)) | CS8 | CREAD | CLOCAL;
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  if (ioctl(slave, TCSETS2, &raw) != 0) fail("TCSETS2");

  int notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (notify < 0 || inotify_add_watch(notify, path, IN_OPEN | IN_CLOSE) < 0) fail("inotify");
  fcntl(master, F_SETFL, O_NONBLOCK);
  say("slave %s\n", path, 0);

  char buffer[65536];
  for (;;) {
    struct pollfd polls[] = {{.fd = notify, .events = POLLIN}, {.fd = master, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    /* Nothing wakes us when the host changes the speed, so look now and then. */
    if (poll(polls, 3, opened ? 10 : 500) < 0 && errno != EINTR) fail("poll");
    watch_opens(notify, slave);
    watch_speed(master);
    if (polls[1].revents & (POLLIN | POLLHUP)) {
      ssize_t length = read(master, buffer, sizeof buffer);
      if (length > 0) {
        say("<%lu\n", NULL, length);
        write_all(1, buffer, length);
      }
    }
    if (polls[2].revents & (POLLIN | POLLHUP)) {
      ssize_t length = read(0, buffer, sizeof buffer);
      if (length <= 0) return 0;
      if (opened) write_all(master, buffer, length);
    }
  }
}
