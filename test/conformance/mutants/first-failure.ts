/** As much as is read of what Jest says of a test. */
interface TestCase {
  readonly title: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

interface RunResult {
  readonly testResults: readonly { readonly failureMessage?: string | null }[];
}

/** What comes on standard output before the title of a test that failed. */
export const failed = 'Failed: ';

/** A reporter for Jest: it tells of the first test that fails, and ends the run there. */
// biome-ignore lint/style/noDefaultExport: Jest wants a reporter to be one.
export default class FirstFailure {
  onTestCaseResult(_file: unknown, { title, status, failureMessages }: TestCase): void {
    if (status !== 'failed' || failureMessages.every(isTimeout)) return;
    process.stdout.write(`${failed}${title}\n`);
    process.exit(1);
  }

  /** What failed otherwise: a file that cannot be read, or a test that took too long. */
  onRunComplete(_contexts: unknown, { testResults }: RunResult): void {
    for (const { failureMessage } of testResults) process.stderr.write(failureMessage ?? '');
  }
}

/** A test that took too long may have had too little of the processor. */
function isTimeout(message: string): boolean {
  return message.includes('Exceeded timeout of');
}
