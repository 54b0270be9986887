/** Measures once with the parameters on the command line, and prints the sample, or several, as JSON. */
export async function probe<P>(measure: (parameters: P) => Promise<object>) {
  try {
    const sample = await measure(JSON.parse(process.argv[2] as string) as P);
    // Ends children that a probe has left running.
    process.stdout.write(`${JSON.stringify(sample)}\n`, () => process.exit());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
