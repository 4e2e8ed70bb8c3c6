const keys = Buffer.from("demo-tr-key:demo-tr-secret").toString("base64");
const headers = { Authorization: `Basic ${keys}`, "User-Agent": "2738 - SelfIntegration" };

fetch("https://apigw.trendyol.com/integration/product/sellers/2738/products/approved?size=20", { headers })
  .then((answer) => { process.exitCode = answer.ok ? 0 : 1; });
