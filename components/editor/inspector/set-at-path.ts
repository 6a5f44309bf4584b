/** A copy of plain data in which the value at a path is another; `undefined` takes the key away. */
export function setAtPath(data: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (typeof head === 'number') {
    const list: unknown[] = Array.isArray(data) ? [...(data as unknown[])] : [];
    list[head] = setAtPath(list[head], rest, value);
    return list;
  }
  const members =
    data !== null && typeof data === 'object' && !Array.isArray(data)
      ? (data as Record<string, unknown>)
      : {};
  const next = setAtPath(members[head], rest, value);
  if (next !== undefined) return { ...members, [head]: next };
  const { [head]: _gone, ...others } = members;
  // A group of settings of which the last was taken away is gone itself.
  return others;
}
