// A shop in Node with the vendor's address in it: fetch, https, an agent of its own, and a legacy address.
import http from 'node:http'
import https from 'node:https'

const URL = 'https://apigw.trendyol.com/integration/order/sellers/2738/v2/orders?size=1'
const pair = Buffer.from('demo-tr-key:demo-tr-secret').toString('base64')
const headers = { Authorization: `Basic ${pair}`, 'User-Agent': '2738 - SelfIntegration' }

function ask (module, url, options) {
  return new Promise((resolve, reject) => {
    module.get(url, { headers, ...options }, answer => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode))
    }).on('error', reject)
  })
}

console.log('fetch', (await fetch(URL, { headers })).status)
console.log('https', await ask(https, URL))
const agent = new https.Agent({ keepAlive: true })
console.log('own-agent', await ask(https, URL, { agent }))
agent.destroy()
console.log('legacy', await ask(http, 'http://api.trendyol.com/sapigw/brands'))
try {
  await fetch('https://example.com')
} catch (fault) {
  console.log('foreign', fault.cause?.message.includes('--tunnel example.com') ? 'refused' : fault)
}
