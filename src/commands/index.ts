import { check } from "./check.ts";
import type { Command } from "./command.ts";
import { doctor } from "./doctor.ts";
import { down } from "./down.ts";
import { env } from "./env.ts";
import { hint } from "./hint.ts";
import { images } from "./images.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { lint } from "./lint.ts";
import { list } from "./list.ts";
import { newLab } from "./new.ts";
import { quiz } from "./quiz.ts";
import { reset } from "./reset.ts";
import { shell } from "./shell.ts";
import { show } from "./show.ts";
import { solve } from "./solve.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";
import { up } from "./up.ts";
import { verify } from "./verify.ts";
import { version } from "./version.ts";

/** Every verb, in the order of `labctl --help`: one command = one file and one line here. */
export const commands: readonly Command[] = [
  up,
  down,
  status,
  doctor,
  list,
  show,
  start,
  check,
  hint,
  quiz,
  solve,
  reset,
  verify,
  shell,
  env,
  kubeconfig,
  images,
  lint,
  newLab,
  version,
];
