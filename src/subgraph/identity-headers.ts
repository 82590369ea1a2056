import type { SubgraphsOptions } from './options.ts';

/** Names of the headers that say who calls, in lower case. */
export type IdentityHeaders = ReadonlySet<string>;

/** The headers in which any subgraph is told who calls: none of them may trust a client's copy. */
export function identityHeaders({ all, ...own }: SubgraphsOptions): IdentityHeaders {
  const blocks = [all, ...Object.values(own)];
  const rules = blocks.flatMap(({ headers }) => headers?.request ?? []);
  const tokens = blocks.flatMap(({ identity }) => identity?.token?.header ?? []);
  const names = rules.flatMap((rule) => {
    return 'insert' in rule && rule.insert.claim !== undefined ? [rule.insert.name] : [];
  });
  return new Set([...names, ...tokens].map(plain));
}

/** True for such a header, and for one that some servers take for it: `x_user` for `x-user`. */
export function isIdentity(name: string, identity: IdentityHeaders): boolean {
  return identity.size > 0 && identity.has(plain(name));
}

function plain(name: string): string {
  return name.replaceAll('_', '-');
}

/** Field content without line breaks: RFC 9110, section 5.5. */
const fieldContent = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A claim as a header has it; undefined for one that no header can carry. */
export function headerText(claim: unknown): string | undefined {
  if (!Array.isArray(claim)) return scalarText(claim);
  // An entry with a comma would be read as two, and could name what the caller does not have.
  const texts = claim.map(scalarText).filter((text) => text !== undefined && !text.includes(','));
  return texts.length === 0 ? undefined : texts.join(',');
}

function scalarText(value: unknown): string | undefined {
  if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined;
  const text = String(value);
  return fieldContent.test(text) ? text : undefined;
}
