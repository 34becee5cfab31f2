// Every name under localhost is this machine (RFC 6761), also where the system's resolver does not know that.
import dns from "node:dns";

const address = "127.0.0.1";
const here = (name) => name === "localhost" || name.endsWith(".localhost");
const { lookup } = dns;
const lookupLater = dns.promises.lookup;

dns.lookup = (name, options, callback) => {
  if (!here(name)) return lookup(name, options, callback);
  const done = typeof options === "function" ? options : callback;
  process.nextTick(() => (options?.all ? done(null, [{ address, family: 4 }]) : done(null, address, 4)));
};

dns.promises.lookup = async (name, options) => {
  if (!here(name)) return lookupLater(name, options);
  return options?.all ? [{ address, family: 4 }] : { address, family: 4 };
};
