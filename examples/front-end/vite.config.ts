import { defineConfig, loadEnv } from "vite";

export default defineConfig(({ mode }) => ({
  base: loadEnv(mode, ".", "VITE_").VITE_BASE ?? "/demo/",
  build: {
    target: "es2022",
    // Nothing is inlined: a Content-Security-Policy without `data:` scripts and styles holds.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/graphql/": "http://localhost:8000", "/media/": "http://localhost:8000" } },
}));
