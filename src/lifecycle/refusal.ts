import { exitCodes, LabctlError } from "../errors.ts";

/** Why steps could not be done, in words, where that is what they are tried for; of an outage the next reset tells, too. */
export async function refusal(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LabctlError) || error.exitCode !== exitCodes.environment) throw error;
    return [error.message, error.lastSeen].filter(Boolean).join(" ");
  }
  return undefined;
}
