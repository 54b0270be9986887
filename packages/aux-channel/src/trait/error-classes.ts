type ErrorClass = abstract new (...args: never) => Error;

/** Two copies of this package have different classes, but share the global symbol registry. */
const brandOf = (name: string) => Symbol.for(`@rsync-io/error/${name}`);

/** Names error classes, for `error.name` and for {@link isInstance}. Minifiers rename classes. */
export function nameErrorClasses(classes: Readonly<Record<string, ErrorClass>>): void {
  for (const [name, errorClass] of Object.entries(classes)) {
    Object.defineProperty(errorClass, 'name', { value: name });
    const { prototype } = errorClass;
    Object.defineProperty(prototype, 'name', { value: name, writable: true, configurable: true });
    Object.defineProperty(prototype, brandOf(name), { value: true });
  }
}

/** Whether `value` is an instance of the class, or of the class of that name in another copy. */
export function isInstance(errorClass: ErrorClass, value: unknown): boolean {
  if (Function.prototype[Symbol.hasInstance].call(errorClass, value)) return true;
  const brand = brandOf(errorClass.name);
  // An unnamed subclass is recognized by its prototype only.
  if (!Object.hasOwn(errorClass.prototype as object, brand)) return false;
  return typeof value === 'object' && value !== null && brand in value;
}
