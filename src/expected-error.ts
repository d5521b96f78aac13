import { EnvironmentError, LabctlError } from "./errors.ts";

/**
 * What labctl expects of what was thrown; undefined for a bug. An outage meets what `await using` gives back, too, and
 * then comes as two errors in one.
 */
export function expectedError(error: unknown): LabctlError | undefined {
  if (error instanceof LabctlError) return error;
  if (error instanceof SuppressedError) return expectedError(error.error) && expectedError(error.suppressed);
  return diskError(error);
}

/** What to do where the system refuses a file or a folder; a missing one is not here, since labctl knows what it has. */
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full. Make room",
  EDQUOT: "Your share of the disk is full. Make room",
  EROFS: "The disk is read-only. Mount it for writing, or name another folder with LABCTL_HOME",
  EACCES: "Somebody else owns it. Give yourself the right to it",
  EPERM: "Somebody else owns it. Give yourself the right to it",
  EEXIST: "Something else is there. Move it away",
  ENOTDIR: "A file is there in place of a folder. Move it away",
  EISDIR: "A folder is there in place of a file. Move it away",
  ENOTEMPTY: "Something is still in it. Move it away",
  ELOOP: "It is a link that leads to itself. Remove it",
  EIO: "The disk does not answer. Look what the system says about it with dmesg",
  EMFILE: "Too many files are open. Raise the limit with ulimit -n",
  ENFILE: "Too many files are open on this machine. End what is not needed",
};

/** Any file of labctl's or of a student's may meet what no place can foresee: it is the environment's, and no bug. */
function diskError(error: unknown): EnvironmentError | undefined {
  if (!(error instanceof Error) || !("syscall" in error)) return undefined;
  const { code = "", path } = error as NodeJS.ErrnoException;
  const remedy = remedies[code];
  if (remedy === undefined) return undefined;
  return new EnvironmentError({
    message: path === undefined ? "A file could not be used." : `${path} could not be used.`,
    lastSeen: error.message,
    hint: `${remedy}, then run the command again: ${path === undefined ? "df -h" : `ls -ld ${path}`}`,
    cause: error,
  });
}
