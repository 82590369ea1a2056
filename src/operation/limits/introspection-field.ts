import type { FieldNode } from 'graphql';

/** True for the fields that ask for the schema (GraphQL October 2021, section 4.1). */
export function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type';
}
