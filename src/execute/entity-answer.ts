import type { SubgraphAnswer, SubgraphErrorBody } from '../context.ts';
import { GatewayError, SubgraphError } from '../errors.ts';
import { isObject, type JsonObject } from '../lib/own.ts';

/** What became of one representation; the paths of its errors begin below the entity. */
export interface LoadedEntity {
  readonly entity: Readonly<JsonObject> | null;
  readonly errors: readonly SubgraphErrorBody[];
}

/** Why there are no entities. */
export type EntityFailure = GatewayError | SubgraphError;

/** The entities of one selection, in the order of the representations. */
export interface Entities {
  readonly entities: readonly LoadedEntity['entity'][];
  /** Those of single entities, by index. */
  readonly errors: ReadonlyMap<number, LoadedEntity['errors']>;
  readonly failure?: undefined;
}

/** What became of one selection: an entity for each representation, or the reason for none. */
export type EntityAnswer = Entities | { readonly failure: EntityFailure };

/** So many entities are expected under a response key. */
export interface ExpectedEntities {
  readonly key: string;
  readonly count: number;
}

/** What a subgraph's answer says of each selection, and its errors that lead to no entity. */
export interface ReadEntities {
  readonly answers: readonly EntityAnswer[];
  readonly loose: readonly SubgraphErrorBody[];
}

/** Reads the answer to a request for one or several selections of entities. */
export function readEntities(
  subgraph: string,
  answer: SubgraphAnswer,
  expected: readonly ExpectedEntities[],
): ReadEntities {
  const answers = expected.map((each) => readOne(subgraph, answer, each));
  // Otherwise one of them is the failure.
  if (answers[0]?.failure !== undefined) return { answers, loose: [] };
  const loose = answer.errors.filter((error) => !expected.some((each) => isPlaced(error, each)));
  return { answers, loose };
}

/** True for an error of one of the entities that were asked for. */
function isPlaced({ path = [] }: SubgraphErrorBody, { key, count }: ExpectedEntities): boolean {
  const [first, index] = path;
  return first === key && typeof index === 'number' && index >= 0 && index < count;
}

function readOne(
  subgraph: string,
  answer: SubgraphAnswer,
  expected: ExpectedEntities,
): EntityAnswer {
  const { key, count } = expected;
  const list = answer.data?.[key];
  if (Array.isArray(list)) {
    if (list.length !== count || !list.every(isEntity)) {
      return malformed(subgraph, 'answered with entities that do not match those asked for');
    }
    return { entities: list, errors: errorsByEntity(answer, expected) };
  }
  const general = answer.errors.find((error) => !isPlaced(error, expected));
  if (general !== undefined) {
    return { failure: new SubgraphError(subgraph, general.message, general.extensions) };
  }
  if (answer.errors.length === 0) {
    return malformed(subgraph, 'answered without the entities asked for');
  }
  const entities = new Array<null>(count).fill(null);
  return { entities, errors: errorsByEntity(answer, expected) };
}

function isEntity(value: unknown): value is JsonObject | null {
  return value === null || isObject(value);
}

const noErrors: Entities['errors'] = new Map();

function errorsByEntity(
  { errors }: SubgraphAnswer,
  expected: ExpectedEntities,
): ReadonlyMap<number, readonly SubgraphErrorBody[]> {
  if (errors.length === 0) return noErrors;
  const byEntity = new Map<number, SubgraphErrorBody[]>();
  for (const error of errors) {
    if (!isPlaced(error, expected)) continue;
    const at = Number(error.path?.[1]);
    const own = byEntity.get(at) ?? [];
    byEntity.set(at, own);
    own.push({ ...error, path: error.path?.slice(2) });
  }
  return byEntity;
}

function malformed(subgraph: string, what: string): EntityAnswer {
  const extensions = { service: subgraph };
  const message = `${subgraph} ${what}`;
  return { failure: new GatewayError('SUBREQUEST_MALFORMED_RESPONSE', message, { extensions }) };
}
