/**
 * Seconds since the epoch (2026-01-01) that every file of an image carries, so that the same content is the same
 * layer whenever it was made; see reproducible-builds.org/specs/source-date-epoch.
 */
export const sourceDateEpoch = 1_767_225_600;
