// src/probe/without-koffi.ts
import Module from "module";
var resolver = Module;
var resolve = resolver._resolveFilename;
resolver._resolveFilename = function(request, ...rest) {
  if (request !== "koffi") return resolve.call(this, request, ...rest);
  throw Object.assign(new Error("Cannot find module 'koffi'"), { code: "MODULE_NOT_FOUND" });
};
