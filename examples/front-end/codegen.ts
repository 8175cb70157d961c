import type { CodegenConfig } from "@graphql-codegen/cli";

const scalars = { Date: "string", DateTime: "string" };

const config: CodegenConfig = {
  schema: "../../cms/schema.graphql",
  generates: {
    // The operations as typed values that name a stored document by its hash.
    "src/api/generated/": {
      documents: "src/api/documents/*.graphql",
      preset: "client",
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { mode: "replaceDocumentWithHash", hashAlgorithm: "sha256" },
      },
      config: { scalars, enumsAsTypes: true, useTypeImports: true, strictScalars: true, avoidOptionals: false },
    },
    // The whole schema: nothing imports it, and it has to pass `npm run check` all the same.
    "node_modules/.schema/types.ts": { plugins: ["typescript"], config: { scalars, strictScalars: true } },
  },
};

export default config;
