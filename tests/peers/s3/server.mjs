// A real S3 server on 127.0.0.1:PORT that keeps its bucket in FOLDER and checks every signature (SigV4).
// Usage: node server.mjs PORT FOLDER BUCKET
import S3rver from "@20minutes/s3rver";

const [port, directory, bucket] = process.argv.slice(2);

await new S3rver({
  port: Number(port),
  address: "127.0.0.1",
  directory,
  silent: false,
  allowMismatchedSignatures: false,
  configureBuckets: [{ name: bucket }],
}).run();
