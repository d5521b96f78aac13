import { z } from "zod";

export const restartSpec = z.strictObject({ deployment: z.string().min(1) });
