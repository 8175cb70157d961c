/** Where this site stands, with a slash at both ends, and where the API is. Both are fixed by the build. */
export const BASE = import.meta.env.BASE_URL;
export const API_URL = import.meta.env.VITE_API_URL ?? "/graphql/";
