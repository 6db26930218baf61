import picocolors from 'picocolors';

/** On a terminal only: on a CI server picocolors alone colours what goes into a file, too. */
export const colors = picocolors.createColors(picocolors.isColorSupported && process.stdout.isTTY === true);
