// src/probe/backend-faults.ts
var LATER_MS = 150;
var later = (act) => {
  setTimeout(act, LATER_MS);
  throw new Error("the thread is about to end");
};
var backendFaults = {
  rejects: () => Promise.reject(new Error("planted")),
  throws: () => {
    throw new Error("planted");
  },
  "rejects with a string": () => Promise.reject("planted"),
  "cannot be loaded": () => Promise.reject(new Error("planted")),
  "exits its thread": () => later(() => process.exit(7)),
  "throws in its thread": () => later(() => {
    throw new Error("planted");
  }),
  "freezes its thread": () => later(() => {
    for (; ; ) ;
  }),
  "fills the heap of its thread": () => later(() => {
    const hoard = [];
    for (; ; ) hoard.push(Array.from({ length: 1e5 }, (_, i) => ({ i })));
  })
};
function faultyBackend(fault) {
  const file = fault === "cannot be loaded" ? "./missing.js" : "./faulty-backend.js";
  const module = new URL(file, import.meta.url);
  module.searchParams.set("does", fault);
  return { name: "socketpair", module: module.href, open: backendFaults[fault] };
}

export {
  faultyBackend
};
