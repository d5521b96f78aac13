import { z } from "zod";

/** Where a pod itself is asked. */
export const podPort = z.int().min(1).max(65535).describe("Of the pod itself: no Service is involved.");
