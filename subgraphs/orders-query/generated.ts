import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { OrderState, OrderLineState } from './projection.ts';
import type { AccountReference, ProductReference, StockReference } from './references.ts';
import type { SubgraphContext } from '../serve.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant in UTC, as RFC 3339 writes it. */
  DateTime: { input: string; output: string; }
  _FieldSet: { input: unknown; output: unknown; }
};

export type Account = {
  readonly __typename?: 'Account';
  /** How much may be bought on account; it falls with the risk. */
  readonly creditLimit: Maybe<Money>;
  readonly id: Scalars['ID']['output'];
  /** Newest first. */
  readonly orders: Maybe<ReadonlyArray<Order>>;
  readonly riskScore: Scalars['Int']['output'];
  /** What was paid for orders that were not cancelled. */
  readonly totalSpent: Money;
};


export type AccountOrdersArgs = {
  first?: Scalars['Int']['input'];
};


export type AccountTotalSpentArgs = {
  currency?: Currency;
};

export type CardPayment = Payment & {
  readonly __typename?: 'CardPayment';
  readonly amount: Money;
  readonly lastDigits: Scalars['String']['output'];
};

export type Country =
  | 'DE'
  | 'FR'
  | 'US';

export type Currency =
  | 'EUR'
  | 'USD';

export type InvoicePayment = Payment & {
  readonly __typename?: 'InvoicePayment';
  readonly amount: Money;
  readonly dueAt: Scalars['DateTime']['output'];
};

export type Money = {
  readonly __typename?: 'Money';
  readonly amountMinor: Scalars['Int']['output'];
  readonly currency: Currency;
};

export type Order = {
  readonly __typename?: 'Order';
  readonly account: Maybe<Account>;
  readonly id: Scalars['ID']['output'];
  readonly lines: ReadonlyArray<OrderLine>;
  readonly payment: Payment;
  /** The payment provider's name of the transaction. */
  readonly paymentReference: Maybe<Scalars['String']['output']>;
  readonly placedAt: Scalars['DateTime']['output'];
  readonly status: OrderStatus;
  readonly total: Money;
};


export type OrderTotalArgs = {
  currency?: Currency;
};

/** One article of an order. */
export type OrderLine = {
  readonly __typename?: 'OrderLine';
  readonly orderId: Scalars['ID']['output'];
  readonly product: Maybe<Product>;
  readonly quantity: Scalars['Int']['output'];
  readonly sku: Scalars['String']['output'];
  readonly unitPrice: Money;
};


/** One article of an order. */
export type OrderLineUnitPriceArgs = {
  currency?: Currency;
};

export type OrderStatus =
  | 'CANCELLED'
  | 'PLACED'
  | 'SHIPPED';

export type Payment = {
  readonly amount: Money;
};

export type Product = {
  readonly __typename?: 'Product';
  readonly shippingCost: Maybe<Money>;
  readonly sku: Scalars['String']['output'];
  readonly unitsSold: Maybe<Scalars['Int']['output']>;
  readonly weightGrams: Scalars['Int']['output'];
};


export type ProductShippingCostArgs = {
  country?: Country;
};

export type Query = {
  readonly __typename?: 'Query';
  readonly order: Maybe<Order>;
  /** Newest first. */
  readonly orders: ReadonlyArray<Order>;
  readonly salesReport: SalesReport;
};


export type QueryOrderArgs = {
  id: Scalars['ID']['input'];
};


export type QueryOrdersArgs = {
  first?: Scalars['Int']['input'];
  placedAfter?: InputMaybe<Scalars['DateTime']['input']>;
  status?: InputMaybe<OrderStatus>;
};

export type SalesReport = {
  readonly __typename?: 'SalesReport';
  readonly orderCount: Scalars['Int']['output'];
  readonly turnover: Money;
};

export type Stock = {
  readonly __typename?: 'Stock';
  /** What may still be ordered. */
  readonly available: Maybe<Scalars['Int']['output']>;
  readonly onHand: Scalars['Int']['output'];
  /** Ordered and not yet shipped. */
  readonly reserved: Maybe<Scalars['Int']['output']>;
  readonly sku: Scalars['String']['output'];
  readonly warehouse: Warehouse;
};

export type Warehouse = {
  readonly __typename?: 'Warehouse';
  readonly id: Scalars['ID']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Account: Account;
  Order: Order;
  OrderLine: OrderLine;
  Product: Product;
  Stock: Stock;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Account:
    ( { __typename: 'Account' }
    & GraphQLRecursivePick<FederationTypes['Account'], {"id":true}>
    & ( Record<PropertyKey, never>
        | GraphQLRecursivePick<FederationTypes['Account'], {"riskScore":true}> ) );
  Order:
    ( { __typename: 'Order' }
    & GraphQLRecursivePick<FederationTypes['Order'], {"id":true}> );
  OrderLine:
    ( { __typename: 'OrderLine' }
    & GraphQLRecursivePick<FederationTypes['OrderLine'], {"orderId":true,"sku":true}> );
  Product:
    ( { __typename: 'Product' }
    & GraphQLRecursivePick<FederationTypes['Product'], {"sku":true}>
    & ( Record<PropertyKey, never>
        | GraphQLRecursivePick<FederationTypes['Product'], {"weightGrams":true}> ) );
  Stock:
    ( { __typename: 'Stock' }
    & GraphQLRecursivePick<FederationTypes['Stock'], {"sku":true,"warehouse":{"id":true}}>
    & ( Record<PropertyKey, never>
        | GraphQLRecursivePick<FederationTypes['Stock'], {"onHand":true}> ) );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Payment:
    | ( CardPayment )
    | ( InvoicePayment )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Account: ResolverTypeWrapper<AccountReference>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  CardPayment: ResolverTypeWrapper<CardPayment>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Country: Country;
  Currency: Currency;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  InvoicePayment: ResolverTypeWrapper<InvoicePayment>;
  Money: ResolverTypeWrapper<Money>;
  Order: ResolverTypeWrapper<OrderState>;
  OrderLine: ResolverTypeWrapper<OrderLineState>;
  OrderStatus: OrderStatus;
  Payment: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Payment']>;
  Product: ResolverTypeWrapper<ProductReference>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SalesReport: ResolverTypeWrapper<SalesReport>;
  Stock: ResolverTypeWrapper<StockReference>;
  Warehouse: ResolverTypeWrapper<Warehouse>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Account: AccountReference;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  CardPayment: CardPayment;
  String: Scalars['String']['output'];
  DateTime: Scalars['DateTime']['output'];
  InvoicePayment: InvoicePayment;
  Money: Money;
  Order: OrderState;
  OrderLine: OrderLineState;
  Payment: ResolversInterfaceTypes<ResolversParentTypes>['Payment'];
  Product: ProductReference;
  Query: Record<PropertyKey, never>;
  SalesReport: SalesReport;
  Stock: StockReference;
  Warehouse: Warehouse;
  Boolean: Scalars['Boolean']['output'];
};

export type AccountResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Account'] = ResolversParentTypes['Account'], FederationReferenceType extends FederationReferenceTypes['Account'] = FederationReferenceTypes['Account']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Account']> | FederationReferenceType, FederationReferenceType, ContextType>;
  creditLimit?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  orders?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Order']>>, ParentType, ContextType, RequireFields<AccountOrdersArgs, 'first'>>;
  totalSpent?: Resolver<ResolversTypes['Money'], ParentType, ContextType, RequireFields<AccountTotalSpentArgs, 'currency'>>;
};

export type CardPaymentResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['CardPayment'] = ResolversParentTypes['CardPayment']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  lastDigits?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type InvoicePaymentResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['InvoicePayment'] = ResolversParentTypes['InvoicePayment']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  dueAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amountMinor?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['Currency'], ParentType, ContextType>;
};

export type OrderResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order'], FederationReferenceType extends FederationReferenceTypes['Order'] = FederationReferenceTypes['Order']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Order']> | FederationReferenceType, FederationReferenceType, ContextType>;
  account?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['OrderLine']>, ParentType, ContextType>;
  payment?: Resolver<ResolversTypes['Payment'], ParentType, ContextType>;
  paymentReference?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  placedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType, RequireFields<OrderTotalArgs, 'currency'>>;
};

export type OrderLineResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['OrderLine'] = ResolversParentTypes['OrderLine'], FederationReferenceType extends FederationReferenceTypes['OrderLine'] = FederationReferenceTypes['OrderLine']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['OrderLine']> | FederationReferenceType, FederationReferenceType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType, RequireFields<OrderLineUnitPriceArgs, 'currency'>>;
};

export type PaymentResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Payment'] = ResolversParentTypes['Payment']> = {
  __resolveType: TypeResolveFn<'CardPayment' | 'InvoicePayment', ParentType, ContextType>;
};

export type ProductResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product'], FederationReferenceType extends FederationReferenceTypes['Product'] = FederationReferenceTypes['Product']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Product']> | FederationReferenceType, FederationReferenceType, ContextType>;
  shippingCost?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType, RequireFields<ProductShippingCostArgs, 'country'>>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unitsSold?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<QueryOrderArgs, 'id'>>;
  orders?: Resolver<ReadonlyArray<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<QueryOrdersArgs, 'first'>>;
  salesReport?: Resolver<ResolversTypes['SalesReport'], ParentType, ContextType>;
};

export type SalesReportResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['SalesReport'] = ResolversParentTypes['SalesReport']> = {
  orderCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  turnover?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type StockResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Stock'] = ResolversParentTypes['Stock'], FederationReferenceType extends FederationReferenceTypes['Stock'] = FederationReferenceTypes['Stock']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Stock']> | FederationReferenceType, FederationReferenceType, ContextType>;
  available?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  reserved?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  warehouse?: Resolver<ResolversTypes['Warehouse'], ParentType, ContextType>;
};

export type WarehouseResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Warehouse'] = ResolversParentTypes['Warehouse']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type Resolvers<ContextType = SubgraphContext> = {
  Account?: AccountResolvers<ContextType>;
  CardPayment?: CardPaymentResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  InvoicePayment?: InvoicePaymentResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  OrderLine?: OrderLineResolvers<ContextType>;
  Payment?: PaymentResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  SalesReport?: SalesReportResolvers<ContextType>;
  Stock?: StockResolvers<ContextType>;
  Warehouse?: WarehouseResolvers<ContextType>;
};

