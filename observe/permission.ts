import { isDenied, Outcome, RemoteCall } from './caller';
import { Context, NotObserved } from './observation';

/** Waits until a policy of the function's role is in force, as a call shows that the same policy allows. */
export async function whenInForce(context: Context, functionId: string, allowed: RemoteCall): Promise<void> {
  const { waiting, paces: { permission } } = context;
  const outcome = await waiting.until(permission, async () => {
    const answer = await context.callAs(functionId, allowed);
    return isDenied(answer) ? undefined : answer;
  });
  if (!outcome) throw new NotObserved(`the policy of ${functionId} was not in force after ${permission.longest} ms`);
}

/**
 * Makes a call that may be denied because a policy is not in force everywhere: only a denial that lasts is believed.
 *
 * @param isPassing which other failures pass
 */
export async function callPatiently(
  context: Context, functionId: string, call: RemoteCall, isPassing: (message: string) => boolean = () => false,
): Promise<Outcome> {
  const { waiting, paces: { permission } } = context;
  let denied: Outcome | undefined;
  const outcome = await waiting.until(permission, async () => {
    const answer = await context.callAs(functionId, call);
    if (!isDenied(answer) && !isPassing(answer.error?.message ?? '')) return answer;
    denied = answer;
    return undefined;
  });
  return outcome ?? denied!;
}

/** `allowed`, or the name of the error. */
export function inWords({ error }: Outcome): string {
  return error ? error.name : 'allowed';
}
