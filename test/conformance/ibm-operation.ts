import {
  buildSchema,
  type DocumentNode,
  type GraphQLSchema,
  isInputType,
  Kind,
  print,
  printSchema,
  visit,
} from 'graphql';
import {
  type Configuration,
  generateRandomMutation,
  generateRandomQuery,
} from 'ibm-graphql-query-generator';
import type { Choices } from './choices.ts';
import type { RandomOperation } from './random-operation.ts';
import { randomValue } from './random-value.ts';

/**
 * Writes operations with `ibm-graphql-query-generator`, whose habits are not ours: every argument
 * is a variable, fields of abstract types stand beside fragments on all of their objects.
 */
export function ibmWriter(schema: GraphQLSchema): (choices: Choices) => RandomOperation {
  const visible = parsed(schema);
  return (choices) => {
    const configuration = configurationOf(choices, schema);
    if (schema.getMutationType() && choices.chance(10)) {
      const { mutationDocument, variableValues } = generateRandomMutation(visible, configuration);
      return written(mutationDocument, variableValues);
    }
    const { queryDocument, variableValues } = generateRandomQuery(visible, configuration);
    return written(queryDocument, variableValues);
  };
}

/** The schema with its syntax trees: the generator reads nothing else. */
function parsed(schema: GraphQLSchema): GraphQLSchema {
  return buildSchema(printSchema(schema));
}

function configurationOf(choices: Choices, schema: GraphQLSchema): Configuration {
  return {
    seed: choices.below(2 ** 16),
    depthProbability: 0.6,
    breadthProbability: 0.3,
    maxDepth: 4,
    ignoreOptionalArguments: choices.chance(50),
    considerInterfaces: true,
    considerUnions: true,
    providerMap: {
      '*__*__*': (_: unknown, of?: { name: string }) => {
        const type = schema.getType(of?.name ?? '');
        // Never null: it does not tell which of its arguments may be.
        return isInputType(type) ? (randomValue(choices, type) ?? nothingOf(type.name)) : null;
      },
    },
  };
}

function nothingOf(name: string): unknown {
  if (name === 'Boolean') return false;
  if (name === 'Color') return 'RED';
  return name === 'Filter' ? {} : name === 'Int' || name === 'Float' ? 0 : '';
}

/** With `__typename` beside fragments: an object for which none of them holds is empty, not lost. */
function written(document: DocumentNode, variables: Record<string, unknown>): RandomOperation {
  const named = visit(document, {
    SelectionSet({ kind, selections }) {
      if (!selections.some((node) => node.kind === Kind.INLINE_FRAGMENT)) return undefined;
      const name = { kind: Kind.NAME, value: '__typename' } as const;
      return { kind, selections: [...selections, { kind: Kind.FIELD, name }] };
    },
  });
  return { text: print(named), variables };
}
