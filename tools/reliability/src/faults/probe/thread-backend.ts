// Loaded by the drain thread; the query of the URL names the fault.
import { backend, type BackendFault } from './backend.ts';

const query = decodeURI(new URL(import.meta.url).search.slice(1));
export default backend(query === '' ? null : (query as BackendFault));
