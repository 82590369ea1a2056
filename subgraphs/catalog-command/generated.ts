import type { GraphQLResolveInfo } from 'graphql';
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
  _FieldSet: { input: unknown; output: unknown; }
};

export type BookInput = {
  readonly author: Scalars['String']['input'];
  readonly isbn: Scalars['String']['input'];
};

/** Exactly one of `book` and `device` says what kind of product it is. */
export type CreateProductInput = {
  readonly book?: InputMaybe<BookInput>;
  readonly brandId: Scalars['ID']['input'];
  readonly device?: InputMaybe<DeviceInput>;
  readonly name: Scalars['String']['input'];
  /** In euro cents. */
  readonly priceMinor: Scalars['Int']['input'];
  readonly sku: Scalars['String']['input'];
  readonly weightGrams: Scalars['Int']['input'];
};

export type DeviceInput = {
  readonly warrantyMonths: Scalars['Int']['input'];
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** The new price is in euro cents. Fails with `PRODUCT_NOT_FOUND`. */
  readonly changePrice: Maybe<Product>;
  /** Fails with `SKU_TAKEN` or `BRAND_NOT_FOUND`. */
  readonly createProduct: Maybe<Product>;
  /** Fails with `PRODUCT_NOT_FOUND` or `WAREHOUSE_NOT_FOUND`. */
  readonly receiveStock: Maybe<Stock>;
};


export type MutationChangePriceArgs = {
  priceMinor: Scalars['Int']['input'];
  productId: Scalars['ID']['input'];
};


export type MutationCreateProductArgs = {
  input: CreateProductInput;
};


export type MutationReceiveStockArgs = {
  quantity: Scalars['Int']['input'];
  sku: Scalars['String']['input'];
  warehouseId: Scalars['ID']['input'];
};

export type Product = {
  readonly __typename?: 'Product';
  readonly id: Scalars['ID']['output'];
};

export type Stock = {
  readonly __typename?: 'Stock';
  readonly sku: Scalars['String']['output'];
  readonly warehouse: Warehouse;
};

export type Warehouse = {
  readonly __typename?: 'Warehouse';
  readonly id: Scalars['ID']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


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





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  BookInput: BookInput;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  CreateProductInput: CreateProductInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  DeviceInput: DeviceInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Product: ResolverTypeWrapper<Product>;
  Stock: ResolverTypeWrapper<Stock>;
  Warehouse: ResolverTypeWrapper<Warehouse>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  BookInput: BookInput;
  String: Scalars['String']['output'];
  CreateProductInput: CreateProductInput;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  DeviceInput: DeviceInput;
  Mutation: Record<PropertyKey, never>;
  Product: Product;
  Stock: Stock;
  Warehouse: Warehouse;
  Boolean: Scalars['Boolean']['output'];
};

export type MutationResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  changePrice?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<MutationChangePriceArgs, 'priceMinor' | 'productId'>>;
  createProduct?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<MutationCreateProductArgs, 'input'>>;
  receiveStock?: Resolver<Maybe<ResolversTypes['Stock']>, ParentType, ContextType, RequireFields<MutationReceiveStockArgs, 'quantity' | 'sku' | 'warehouseId'>>;
};

export type ProductResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type StockResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Stock'] = ResolversParentTypes['Stock']> = {
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  warehouse?: Resolver<ResolversTypes['Warehouse'], ParentType, ContextType>;
};

export type WarehouseResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Warehouse'] = ResolversParentTypes['Warehouse']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type Resolvers<ContextType = SubgraphContext> = {
  Mutation?: MutationResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  Stock?: StockResolvers<ContextType>;
  Warehouse?: WarehouseResolvers<ContextType>;
};

