import assert from 'node:assert';

/**
 * A first operation, in a tab of its own. GraphiQL shows a tab's variables and headers once one
 * changes to it: the first sample had better have none.
 */
export interface Sample {
  readonly title: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** What is sent along, such as the header that asks for the plan. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GraphiqlOptions {
  /** Where operations are sent, as a path of this server. */
  readonly endpoint: string;
  readonly title: string;
  readonly samples: readonly Sample[];
}

/**
 * The HTML of GraphiQL with a tab for each sample. It is one document that loads nothing else.
 * Loaded when asked for: the module is 9 MB.
 */
export async function graphiqlPage({ endpoint, title, samples }: GraphiqlOptions): Promise<string> {
  const render = await loadRenderer();
  const options = { title: escaped(title), endpoint, defaultTabs: samples.map(tab) };
  // The package puts the options into a script as they are; there, `</script>` would end it.
  const json = JSON.stringify(options);
  return render(options).replace(json, () => json.replaceAll('<', '\\u003c'));
}

/** What is used of the package's options. */
interface RendererOptions {
  readonly title: string;
  readonly endpoint: string;
  readonly defaultTabs: readonly Tab[];
}

interface Tab {
  readonly query: string;
  readonly variables?: string;
  readonly headers?: string;
}

async function loadRenderer(): Promise<(options: RendererOptions) => string> {
  // `as string` keeps out the package's types: they lead to all of GraphQL Yoga, which is a peer
  // of the types alone and does not pass this project's checks.
  const module: object = await import('@graphql-yoga/render-graphiql' as string);
  assert('renderGraphiQL' in module && typeof module.renderGraphiQL === 'function');
  return module.renderGraphiQL as (options: RendererOptions) => string;
}

/** The title is its first line: GraphiQL names a tab after its operation and has no title of ours. */
function tab({ title, query, variables, headers }: Sample): Tab {
  return {
    query: `# ${title}\n${query}`,
    ...(variables && { variables: JSON.stringify(variables, null, 2) }),
    ...(headers && { headers: JSON.stringify(headers, null, 2) }),
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
