import assert from 'node:assert/strict';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql';
import type { OperationTree } from '../auth/authorization/denial-marks.ts';
import { GatewayError } from '../errors.ts';
import { introspectionField } from './introspection.ts';
import type { Exceeded } from './limits/exceeded.ts';
import { shortened } from './told-errors.ts';

/** One operation of a document that was parsed and found valid. */
export interface Operation {
  /** Names it among all others: the text's hash, its name, and what the caller may see of it. */
  readonly key: string;
  readonly document: CheckedDocument;
  readonly definition: OperationDefinitionNode;
  readonly name: string | undefined;
  readonly kind: OperationTypeNode;
  /** All that the client asked for, where `definition` is only what its caller may see of it. */
  readonly answered?: OperationTree;
  /** With `answered`: what its caller meets of the requirements that the operation has. */
  readonly met?: readonly string[];
  /** The schema that its caller may see, where that is not all of it. */
  readonly view?: GraphQLSchema;
}

/** A document that is valid against the schema of the generation that keeps it. */
export interface CheckedDocument {
  readonly text: string;
  /** SHA-256 of `text`, in hexadecimal digits. */
  readonly hash: string;
  readonly ast: DocumentNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly operations: readonly Operation[];
  /** The limits that it exceeds, all of which only warn. */
  readonly exceeded: readonly Exceeded[];
  /** A field that asks for the schema, such as `__schema`, if the document has one. */
  readonly introspection: string | undefined;
}

/** What checking a document gives. */
export type Checked = Pick<CheckedDocument, 'text' | 'hash' | 'ast' | 'exceeded'>;

/** Joins what checking found: the operations, the fragments by name, and what both ask for. */
export function checkedDocument({ text, hash, ast, exceeded }: Checked): CheckedDocument {
  const operations: Operation[] = [];
  const document = {
    text,
    hash,
    ast,
    fragments: fragmentsOf(ast),
    operations,
    exceeded,
    introspection: introspectionField(ast),
  };
  for (const definition of ast.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const name = definition.name?.value;
    const key = `${hash}:${name ?? ''}`;
    operations.push({ key, document, definition, name, kind: definition.operation });
  }
  return document;
}

/** The named fragments of a document. */
export function fragmentsOf(ast: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = ast.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}

/** The object type at which `definition` begins. */
export function operationRoot(
  schema: GraphQLSchema,
  definition: OperationDefinitionNode,
): GraphQLObjectType {
  const root = schema.getRootType(definition.operation);
  assert(root, 'A valid operation has a root type');
  return root;
}

/** `GetOperation` of GraphQL October 2021, section 6.1. */
export function chooseOperation(
  document: CheckedDocument,
  operationName: string | undefined,
): Operation {
  const { operations } = document;
  const [only] = operations;
  if (operationName === undefined && operations.length === 1 && only !== undefined) return only;
  const named = operations.find(({ name }) => name !== undefined && name === operationName);
  if (named !== undefined) return named;
  const message =
    operationName === undefined
      ? 'The document has several operations: name one in operationName'
      : shortened(`The document has no operation named "${operationName}"`);
  throw new GatewayError('OPERATION_RESOLUTION_FAILURE', message);
}
