import {
  doTypesOverlap,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Choices } from '../conformance/choices.ts';

/** What is selected of one type. */
interface Selections {
  readonly type: string;
  items: Item[];
}

interface Item {
  /** A field, a fragment written in place (`... on`), or the number of one that is spread. */
  readonly field?: string;
  readonly fragment?: number;
  alias?: string | undefined;
  given: string;
  directives: string[];
  of?: Selections;
}

/** A document that changes at random. */
export interface NastyDocument {
  readonly root: Selections;
  readonly fragments: Selections[];
  variables: number;
}

export function emptyDocument(): NastyDocument {
  const echo = { field: 'echo', given: '(number: 0)', directives: [] };
  return { root: { type: 'Query', items: [echo] }, fragments: [], variables: 0 };
}

/**
 * The text that goes over the wire; `round` makes it another one that costs the same. What is not
 * used, as far as names tell, is left out: a document that has it is not valid.
 */
export function written({ root, fragments, variables }: NastyDocument, round: number): string {
  let text = set(root);
  const left = new Map(fragments.entries());
  const used = () => [...left.keys()].find((n) => names(text, `...F${n}`));
  for (let n = used(); n !== undefined; n = used()) {
    const of = left.get(n);
    if (of !== undefined) text += `\nfragment F${n} on ${of.type} ${set(of)}`;
    left.delete(n);
  }
  const declared = Array.from({ length: variables }, (_, n) => `$v${n}`)
    .filter((variable) => names(text, variable))
    .map((variable) => `${variable}: Boolean = true`);
  const operation = `query N${round}${declared.length === 0 ? '' : `(${declared.join(' ')})`}`;
  return `${operation} ${text}`.replace('(number: 0)', `(number: ${round})`);
}

function names(text: string, name: string): boolean {
  return text.includes(`${name} `) || text.includes(`${name})`);
}

function set({ items }: Selections): string {
  return `{ ${items.map(item).join(' ')} }`;
}

function item({ field, fragment, alias, given, directives, of }: Item): string {
  const after = `${directives.join(' ')} ${of === undefined ? '' : set(of)}`;
  if (fragment !== undefined) return `...F${fragment} ${after}`;
  if (field === undefined) return `... ${given} ${after}`;
  return `${alias === undefined ? '' : `${alias}: `}${field}${given} ${after}`;
}

/** Changes documents: each change leaves what was there valid, or nearly so. */
export class Mutator {
  readonly #schema: GraphQLSchema;
  readonly #choices: Choices;

  constructor(schema: GraphQLSchema, choices: Choices) {
    this.#schema = schema;
    this.#choices = choices;
  }

  /** Another document, which differs from `document` in a few places. */
  mutated(document: NastyDocument): NastyDocument {
    const changed = structuredClone(document);
    const changes = 1 + this.#choices.below(6);
    for (let done = 0; done < changes; done += 1) this.#change(changed);
    return changed;
  }

  #change(document: NastyDocument): void {
    const place = this.#place(document);
    const kind = this.#choices.below(16);
    if (kind < 4) this.#addFields(place);
    else if (kind < 6) this.#deepen(place);
    else if (kind < 8) this.#multiply(place);
    else if (kind < 10) this.#wrap(place);
    else if (kind === 10) this.#extract(document, place);
    else if (kind < 13) this.#spread(document, place);
    else if (kind === 13) this.#direct(document, place);
    else if (kind === 14) this.#alias(place);
    else this.#remove(place);
  }

  /** Any set of selections, the deep ones as likely as the others. */
  #place({ root, fragments }: NastyDocument): Selections {
    const all: Selections[] = [];
    const visit = (set: Selections): void => {
      all.push(set);
      for (const { of } of set.items) if (of !== undefined) visit(of);
    };
    for (const set of [root, ...fragments]) visit(set);
    return this.#choices.pick(all);
  }

  #addFields(place: Selections): void {
    const count = this.#size();
    for (let added = 0; added < count; added += 1) place.items.push(this.#field(place.type));
  }

  /** Mostly one; now and then so many that a limit is near. */
  #size(): number {
    return this.#choices.chance(80) ? 1 : 2 ** this.#choices.below(9);
  }

  #field(type: string): Item {
    const fields = this.#fieldsOf(type);
    if (fields.length === 0) return { field: '__typename', given: '', directives: [] };
    const field = this.#choices.pick(fields);
    const composite = getNamedType(field.type);
    const given = field.args.filter(({ type }) => isNonNullType(type) || this.#choices.chance(10));
    const values = given.map(({ name, type }) => `${name}: ${this.#argument(type)}`);
    return {
      field: field.name,
      given: values.length === 0 ? '' : `(${values.join(', ')})`,
      directives: [],
      ...(isCompositeType(composite) && {
        of: { type: composite.name, items: [{ field: '__typename', given: '', directives: [] }] },
      }),
    };
  }

  /** Mostly the same for what has to be given: fields side by side would conflict. */
  #argument(type: GraphQLInputType): string {
    return isNonNullType(type) && this.#choices.chance(90) ? '"1"' : this.#literal(type, 0);
  }

  #fieldsOf(type: string) {
    const named = this.#schema.getType(type);
    return named !== undefined && 'getFields' in named && !isInputObjectType(named)
      ? Object.values(named.getFields())
      : [];
  }

  #literal(type: GraphQLInputType, depth: number): string {
    if (isNonNullType(type)) return this.#literal(type.ofType, depth);
    if (isListType(type)) {
      const length = depth > 3 ? 1 : this.#size();
      return `[${Array.from({ length }, () => this.#literal(type.ofType, depth + 1)).join(' ')}]`;
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(() => this.#choices.chance(40));
      if (depth > 20) return '{}';
      const values = fields.map((one) => `${one.name}: ${this.#literal(one.type, depth + 1)}`);
      return `{${values.join(' ')}}`;
    }
    return this.#leaf(String(type));
  }

  #leaf(type: string): string {
    switch (type) {
      case 'Int':
        return this.#choices.pick(['1', '-2147483648', '9'.repeat(2 ** this.#choices.below(12))]);
      case 'Color':
        return this.#choices.pick(['RED', 'GREEN', `C${'x'.repeat(this.#size() * 8)}`]);
      default:
        return JSON.stringify('\\é"x\n'.repeat(2 ** this.#choices.below(12)));
    }
  }

  /** Fields within fields, as far as the limits take them or a little further. */
  #deepen(place: Selections): void {
    const levels = this.#choices.pick([1, 2, 4, 10, 40]);
    let within = place;
    for (let level = 0; level < levels; level += 1) {
      const fields = this.#fieldsOf(within.type).filter(({ type }) =>
        isCompositeType(getNamedType(type)),
      );
      const next =
        fields.length === 0 ? this.#onType(within) : this.#field(this.#choices.pick([within.type]));
      if (next.of === undefined) continue;
      within.items.push(next);
      within = next.of;
    }
  }

  #onType(place: Selections): Item {
    const types = ['Product', 'User', 'Review', 'Node', 'Match', place.type];
    const fitting = types.filter((type) => this.#fits({ type, items: [] }, place));
    const type = this.#choices.pick(fitting);
    const items = [{ field: '__typename', given: '', directives: [] }];
    return { given: `on ${type}`, directives: [], of: { type, items } };
  }

  /** The same once more, or many times: it overlaps with itself. */
  #multiply(place: Selections): void {
    const one = this.#choices.pick(place.items);
    if (JSON.stringify(one).length > 20_000) return;
    const count = this.#size();
    for (let made = 0; made < count; made += 1) place.items.push(structuredClone(one));
  }

  #wrap(place: Selections): void {
    if (place.type === 'Query') return;
    const inline = this.#onType(place);
    if (inline.of === undefined) return;
    if (inline.of.type === place.type) inline.of.items = structuredClone(place.items);
    place.items.push(inline);
  }

  #extract(document: NastyDocument, place: Selections): void {
    document.fragments.push(structuredClone(place));
    const fragment = document.fragments.length - 1;
    place.items = [{ fragment, given: '', directives: [] }];
  }

  /** Fragments spread only those that come later, so that there are no circles. */
  #spread({ fragments }: NastyDocument, place: Selections): void {
    const own = fragments.findIndex((of) => JSON.stringify(of).includes(JSON.stringify(place)));
    const later = fragments.flatMap((of, n) => (n > own && this.#fits(of, place) ? [n] : []));
    if (later.length === 0) return;
    const count = this.#size();
    for (let made = 0; made < count; made += 1) {
      place.items.push({ fragment: this.#choices.pick(later), given: '', directives: [] });
    }
  }

  #direct(document: NastyDocument, place: Selections): void {
    const one = this.#choices.pick(place.items);
    if (this.#choices.chance(50)) document.variables += this.#size();
    const variable =
      document.variables === 0 ? 'true' : `$v${this.#choices.below(document.variables)}`;
    one.directives = [this.#choices.pick([`@include(if: ${variable})`, `@skip(if: ${variable})`])];
  }

  #alias(place: Selections): void {
    const one = this.#choices.pick(place.items);
    if (one.field === undefined) return;
    one.alias = `a${this.#choices.below(30)}${'x'.repeat(this.#size() - 1)}`;
  }

  #remove(place: Selections): void {
    if (place.items.length > 1) place.items.splice(this.#choices.below(place.items.length), 1);
  }

  #fits({ type }: Selections, place: Selections): boolean {
    const [one, other] = [this.#schema.getType(type), this.#schema.getType(place.type)];
    return (
      isCompositeType(one) && isCompositeType(other) && doTypesOverlap(this.#schema, one, other)
    );
  }
}
