// What a Node client finds out: one JSON line for each case, `{area, case, ok, detail}`. How to reach the sandbox stands on
// standard input; the packages are those of the folder that the variable CLIENTS names.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

export const how = JSON.parse(readFileSync(0, 'utf8'));
export const load = createRequire(`${process.env.CLIENTS}/package.json`);

const tell = (area, kind, ok, detail) => console.log(JSON.stringify({ area, case: kind, ok, detail }));

/** Everything that an error says, whatever the client made of it. */
const words = (error) => [
  error?.errorCode, error?.name, error?.status, error?.code, error?.message, JSON.stringify(error?.data ?? error?.content ?? ''),
].join(' ');

/** The call is answered, and `act` finds the answer right (true). */
export async function works(area, detail, act) {
  try {
    const found = await act();
    tell(area, 'works', found === true, found === true ? detail : `${detail}: found ${JSON.stringify(found)}`);
  } catch (error) {
    tell(area, 'works', false, `${detail}: ${words(error)}`);
  }
}

/** The call is refused, and the client can read the reason. */
export async function refused(area, reason, act) {
  try {
    tell(area, 'refused', false, `${reason} expected, answered with ${JSON.stringify(await act())}`);
  } catch (error) {
    const ok = words(error).includes(reason);
    tell(area, 'refused', ok, ok ? reason : `${reason} expected: ${words(error)}`);
  }
}

/** An order to the sandbox's control side. */
export async function order(path, body) {
  const answer = await fetch(`${how.admin.url}/${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
}
