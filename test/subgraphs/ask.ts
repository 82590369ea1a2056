/** The body of the answer to one operation, sent as GraphQL over HTTP has it. */
export async function ask(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

/** For tests that are never interrupted. */
export function never(): AbortSignal {
  return new AbortController().signal;
}
