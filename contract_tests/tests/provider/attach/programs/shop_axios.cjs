// A shop that asks by axios, of the folder that its first argument names.
const { default: axios } = require(process.argv[2])
const URL = 'https://apigw.trendyol.com/integration/order/sellers/2738/v2/orders?size=1'
const auth = { username: 'demo-tr-key', password: 'demo-tr-secret' }
axios.get(URL, { auth, headers: { 'User-Agent': '2738 - SelfIntegration' } })
  .then(answer => console.log('axios', answer.status))
