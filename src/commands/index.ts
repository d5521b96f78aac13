import type { Command } from "./command.ts";
/** Every verb, in the order of `labctl --help`: one command = one file and one line here. */
export const commands: readonly Command[] = [];
