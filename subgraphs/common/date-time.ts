import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const pattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i;

/** A `DateTime` scalar of one schema's own: text as RFC 3339 writes it, in UTC inside. */
export function dateTime(): GraphQLScalarType<string, string> {
  return new GraphQLScalarType({
    name: 'DateTime',
    serialize: toUtc,
    parseValue: toUtc,
    parseLiteral: (node) => toUtc(node.kind === Kind.STRING ? node.value : undefined),
  });
}

function toUtc(value: unknown): string {
  if (typeof value === 'string' && pattern.test(value)) {
    const instant = new Date(value);
    if (!Number.isNaN(instant.getTime())) return instant.toISOString();
  }
  throw new GraphQLError('DateTime must be an RFC 3339 timestamp such as 2026-01-31T08:00:00Z');
}
