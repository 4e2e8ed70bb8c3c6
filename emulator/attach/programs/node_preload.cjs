// Leads what Node asks through the proxy of TRENDYOL_EMULATOR_PROXY: agents of http and https, and fetch.
// Node 20 and older know no proxy of the environment; newer ones know it for the agents they make themselves.
'use strict'

const proxy = process.env.TRENDYOL_EMULATOR_PROXY
if (proxy) attach(new URL(proxy))

function attach (proxy) {
  const http = require('node:http')
  const https = require('node:https')
  const net = require('node:net')
  const tls = require('node:tls')

  function isDirect (host) {
    const name = String(host || 'localhost').replace(/^\[|\]$/g, '').toLowerCase()
    if (name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127\./.test(name)) return true
    const list = (process.env.NO_PROXY || process.env.no_proxy || '').split(',')
    const entries = list.map(entry => entry.trim().toLowerCase()).filter(Boolean)
    return entries.some(entry => {
      if (entry === '*') return true
      const suffix = entry.replace(/^\*?\./, '')
      return name === suffix || name.endsWith('.' + suffix)
    })
  }

  function openTunnel (host, port, done) {
    const socket = net.connect({ host: proxy.hostname, port: Number(proxy.port) })
    let head = Buffer.alloc(0)
    const fail = error => { socket.destroy(); done(error) }
    const read = piece => {
      head = Buffer.concat([head, piece])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      socket.removeListener('data', read)
      socket.removeListener('error', fail)
      const [line] = head.toString('latin1').split('\r\n')
      if (line.split(' ')[1] === '200') {
        return done(null, socket)
      }
      fail(new Error(`the proxy refuses ${host}:${port}: ${head.subarray(end + 4).toString().trim() || line}`))
    }
    socket.once('error', fail)
    socket.on('data', read)
    socket.once('connect', () => socket.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`))
  }

  for (const [agents, usualPort, wrap] of [
    [http.Agent, 80, (original, agent, options, socket) => socket],
    [https.Agent, 443, (original, agent, options, socket) => original.call(agent, { ...options, socket })]
  ]) {
    const original = agents.prototype.createConnection
    agents.prototype.createConnection = function (...words) {
      const options = words.find(word => word !== null && typeof word === 'object')
      const callback = words.find(word => typeof word === 'function')
      const host = options && (options.host || options.hostname)
      if (!callback || !options || options.socketPath || options.socket || isDirect(host)) {
        return original.apply(this, words)
      }
      openTunnel(host, options.port || usualPort, (error, socket) => {
        if (error) return callback(error)
        callback(null, wrap(original, this, options, socket))
      })
    }
  }

  // What undici, on which fetch stands, calls for each connection.
  function connect (options, callback) {
    const isSecure = options.protocol === 'https:'
    const port = Number(options.port) || (isSecure ? 443 : 80)
    const go = (error, socket) => {
      if (error) return callback(error, null)
      if (!isSecure) return callback(null, socket)
      const servername = options.servername || options.hostname
      const secure = tls.connect({ socket, servername, ALPNProtocols: ['http/1.1'] })
      secure.once('error', callback)
      secure.once('secureConnect', () => { secure.removeListener('error', callback); callback(null, secure) })
    }
    if (!isDirect(options.hostname)) return openTunnel(options.hostname, port, go)
    const socket = net.connect({ host: options.hostname.replace(/^\[|\]$/g, ''), port })
    socket.once('error', callback)
    socket.once('connect', () => { socket.removeListener('error', callback); go(null, socket) })
  }

  // Node loads undici with the first fetch; a package of that name keeps its dispatcher in the same place.
  const place = Symbol.for('undici.globalDispatcher.1')
  const ours = new WeakSet()
  function setDispatcher () {
    void globalThis.Headers
    const current = globalThis[place]
    if (!current || ours.has(current) || /Proxy/.test(current.constructor.name)) return
    globalThis[place] = new current.constructor({ connect })
    ours.add(globalThis[place])
  }
  const fetch = globalThis.fetch
  if (typeof fetch === 'function') {
    globalThis.fetch = function (...words) {
      setDispatcher()
      return fetch.apply(this, words)
    }
  }
  const Module = require('node:module')
  const load = Module._load
  Module._load = function (name, ...words) {
    const exports = load.call(this, name, ...words)
    if (/(^|[\\/])undici([\\/]index\.js)?$/.test(name)) setDispatcher()
    return exports
  }
}
