import { defineIntegrationTestSuite } from '@apollo/server-integration-testsuite';
import { startApollo } from '../harness/apollo-listener.ts';

// Nothing fails. What the suite skips by itself needs graphql 17: real `@defer` and `@stream`.
defineIntegrationTestSuite(startApollo);
