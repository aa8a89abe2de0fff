/** The name of the note in DATA_DIR which says that the data have moved to Redis. */
export const MOVED_NOTE = 'moved-to-redis';
