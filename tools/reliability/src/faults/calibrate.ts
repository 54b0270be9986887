import { type Combination, type FaultCase, makeCase, nameOf, type Section } from './fault-case.ts';
import { isCold, runProbe, type Workshop } from './run-case.ts';
import { isOnLibuvPipe, ROWS } from './system-calls.ts';

/** Later steps are iterations of the same loops. */
const MAX_STEPS = 6;

export const sectionsOf = ({ transport }: Combination): readonly Section[] =>
  transport === 'async'
    ? ['caller', 'child']
    : ['caller', 'child', 'drain', 'caller from the start', 'starting thread'];

/** Counts the system calls of a section without a fault. Returns a case for each of them and each errno. */
export async function systemCallCases(
  combination: Combination,
  section: Section,
  workshop: Workshop,
): Promise<FaultCase[]> {
  const rows = ROWS.filter(({ sections = ['caller', 'drain'] }) => sections.includes(section));
  const names = rows.map(({ calls }) => calls.replaceAll(' ', ',')).join(',');
  const injection = { section, call: names, errno: '', step: 0 };
  const counting = makeCase(combination, 'system call', { title: 'count', injection });
  const { observation, calls: traced } = await runProbe(counting, workshop, [`trace=${names}`]);
  const [outcome] = observation?.outcomes ?? [];
  if (observation === null || outcome?.isError !== false) {
    const why = outcome?.differences.join(', ');
    throw new Error(`${nameOf(combination)} fails without a fault: ${why}`);
  }
  // Of the first child, up to its exec; the calls of the new program do not matter.
  const exec = traced.find(({ call }) => call === 'execve');
  const made =
    section === 'child'
      ? traced.filter(({ thread }, i) => thread === exec?.thread && i <= traced.indexOf(exec))
      : traced;
  return rows.flatMap((row) =>
    row.calls.split(' ').flatMap((call) => {
      const seen = made.filter((one) => one.call === call).map(({ text }) => text);
      return row.errnos.split(' ').flatMap((errno) =>
        stepsOf(seen).map((step) =>
          makeCase(combination, 'system call', {
            ...row,
            title: `${call} ${step} of the ${section}: ${errno}`,
            injection: { section, call, errno, step },
            // The section starts the drain thread.
            reference: isCold(section) ? observation.census : null,
          }),
        ),
      );
    }),
  );
}

/** The steps to fail. Of those on libuv's own descriptors the first is enough. */
function stepsOf(seen: readonly string[]): number[] {
  const first = seen.findIndex(isOnLibuvPipe);
  const steps = seen.flatMap((call, i) => (!isOnLibuvPipe(call) || i === first ? [i + 1] : []));
  return steps.slice(0, MAX_STEPS);
}
