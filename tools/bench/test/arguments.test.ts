import { describe, expect, it } from 'vitest';
import { readRequest, usage } from '../src/arguments.ts';

const names = ['drain', 'spawn'];
const plain = { quick: false, json: false };

describe('the arguments', () => {
  it('may be absent: everything at full size', () => {
    expect(readRequest(plain, names)).toEqual({ ...plain, only: [], out: null });
  });

  it('name cases and a folder', () => {
    const request = readRequest({ ...plain, only: 'drain,spawn', out: 'here' }, names);
    expect(request).toEqual({ ...plain, only: ['drain', 'spawn'], out: 'here' });
  });

  it('that name a case which there is not are refused', () => {
    expect(() => readRequest({ ...plain, only: 'drian' }, names)).toThrow(
      "--only does not know 'drian'; there are drain, spawn.",
    );
  });

  it('can ask for help, which names every case', () => {
    expect(usage([{ name: 'drain', title: 'a title' }])).toContain('  drain  a title\n');
  });
});
