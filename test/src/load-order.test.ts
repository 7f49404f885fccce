test.each([
  'channel/channel', 'channel/channel-base',
  'stream-key/managed-channel', 'stream-key/imported-stream-key', 'stream-key/managed-stream-key-base', 'stream-key/managed-stream-key',
  'index',
])('the library can be loaded by its module %s first', (module) => {
  jest.isolateModules(() => {
    expect(() => jest.requireActual(`../../src/${module}`)).not.toThrow();
  });
});
