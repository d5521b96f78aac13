import { exitCodes, LabctlError } from "../errors.ts";

/** Why steps could not be done, where that is what they are tried for; of an outage the next reset tells, too. */
export async function refusal(work: () => Promise<void>): Promise<LabctlError | undefined> {
  try {
    await work();
  } catch (error) {
    if (error instanceof LabctlError && error.exitCode === exitCodes.environment) return error;
    throw error;
  }
  return undefined;
}
