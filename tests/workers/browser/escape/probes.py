"""Ways out of a page. Each is tried against every host, at a port of its own.

In a probe, @URL is http://host:port/, @WS is ws://host:port/, @HOST is host:port, @NAME the host
alone and @PORT the port. Scripts run in an async function; what they throw is ignored.
A script that reads what it must not calls leak(text).
"""

MARKUP = {
    "img": '<img src="@URL">',
    "img-srcset": '<img srcset="@URL 1x">',
    "picture": '<picture><source srcset="@URL"><img></picture>',
    "input-image": '<input type=image src="@URL">',
    "body-background": '<table background="@URL"><tr><td>x</table>',
    "css-link": '<link rel=stylesheet href="@URL">',
    "css-import": "<style>@import url('@URL');</style>",
    "css-background": "<i style=\"background:url('@URL')\">x</i>",
    "css-content": "<style>i::after { content: url('@URL') }</style>",
    "css-cursor": "<i style=\"cursor:url('@URL'),auto\">x</i>",
    "css-mask": "<i style=\"mask:url('@URL')\">x</i>",
    "css-image-set": "<i style=\"background:image-set('@URL' 1x)\">x</i>",
    "css-font": "<style>@font-face{font-family:f@PORT;src:url('@URL')}</style>"
    "<i style='font-family:f@PORT'>x</i>",
    "svg-image": '<svg width=9 height=9><image href="@URL" width=9 height=9 /></svg>',
    "svg-use": '<svg width=9 height=9><use href="@URL#x" /></svg>',
    "svg-filter": '<svg width=9 height=9><filter id=f@PORT><feImage href="@URL"/></filter>'
    '<rect width=9 height=9 filter="url(#f@PORT)" /></svg>',
    "iframe": '<iframe src="@URL"></iframe>',
    "iframe-srcdoc": "<iframe srcdoc=\"<img src='@URL'>\"></iframe>",
    "iframe-data": "<iframe src=\"data:text/html,<img src='@URL'>\"></iframe>",
    "iframe-refresh": "<iframe srcdoc=\"<meta http-equiv=refresh content='0;url=@URL'>\"></iframe>",
    "iframe-base": "<iframe srcdoc=\"<base href='@URL'><img src=x.png>\"></iframe>",
    "iframe-csp-report": "<iframe srcdoc=\"<meta http-equiv=Content-Security-Policy content='"
    "img-src none; report-uri @URL'><img src=x.png>\"></iframe>",
    "frame-fenced": '<fencedframe src="@URL"></fencedframe>',
    "object": '<object data="@URL"></object>',
    "embed": '<embed src="@URL">',
    "video": '<video src="@URL" preload=auto autoplay muted></video>',
    "video-poster": '<video poster="@URL"></video>',
    "video-track": '<video src=x.mp4><track default kind=captions src="@URL"></video>',
    "audio": '<audio src="@URL" preload=auto></audio>',
    "script": '<script src="@URL"></script>',
    "script-module": '<script type=module src="@URL"></script>',
    "script-import": "<script type=module>import '@URL'</script>",
    "speculation-prefetch": '<script type=speculationrules>{"prefetch":[{"urls":["@URL"],'
    '"eagerness":"immediate"}]}</script>',
    "speculation-prerender": '<script type=speculationrules>{"prerender":[{"urls":["@URL"],'
    '"eagerness":"immediate"}]}</script>',
    "link-preload": '<link rel=preload as=image href="@URL">',
    "link-prefetch": '<link rel=prefetch href="@URL">',
    "link-modulepreload": '<link rel=modulepreload href="@URL">',
    "link-preconnect": '<link rel=preconnect href="@URL">',
    "link-dns-prefetch": '<link rel=dns-prefetch href="@URL">',
    "link-prerender": '<link rel=prerender href="@URL">',
    "link-manifest": '<link rel=manifest href="@URL">',
    "link-icon": '<link rel=icon href="@URL">',
    "link-dictionary": '<link rel=compression-dictionary href="@URL">',
    "attribution": '<img src=own.svg attributionsrc="@URL">',
    "xml-stylesheet": '<iframe src="stylesheet-@PORT.xml"></iframe>',
    "xml-entity": '<iframe src="entity-@PORT.xml"></iframe>',
    "svg-external": '<object data="picture-@PORT.svg"></object>',
}

FILES = {
    "xml-stylesheet": (
        "stylesheet-@PORT.xml",
        '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="@URL"?><a/>',
    ),
    "xml-entity": (
        "entity-@PORT.xml",
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY % p SYSTEM "@URL"> %p;'
        '<!ENTITY e SYSTEM "@URL">]><a>&e;</a>',
    ),
    "svg-external": (
        "picture-@PORT.svg",
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="@URL" width="9" height="9"/></svg>',
    ),
    "service-worker": (
        "worker-@PORT.js",
        "fetch('@URL'); oninstall = (e) => e.waitUntil(fetch('@URL'))",
    ),
}

WORKER = "new Worker(URL.createObjectURL(new Blob([`CODE`])))"
SHARED = "new SharedWorker(URL.createObjectURL(new Blob([`CODE`])))"
PEER = """
const peer = new RTCPeerConnection({ iceServers: [SERVER] });
peer.createDataChannel('x');
await peer.setLocalDescription(await peer.createOffer());"""
TURN = "username: 'u', credential: 'c'"
ICE = """
const [one, two] = [new RTCPeerConnection(), new RTCPeerConnection()];
one.createDataChannel('x');
await one.setLocalDescription(await one.createOffer());
await two.setRemoteDescription(one.localDescription);
await two.setLocalDescription(await two.createAnswer());
await one.setRemoteDescription(two.localDescription);
await one.addIceCandidate({ sdpMid: '0', candidate:
  'candidate:1 1 KIND 2122260223 @NAME @PORT typ hostTYPE' });"""

SCRIPTS = {
    "fetch": "await fetch('@URL')",
    "fetch-opaque": "await fetch('@URL', { mode: 'no-cors', method: 'POST', body: 'x' })",
    "fetch-keepalive": "await fetch('@URL', { keepalive: true, mode: 'no-cors' })",
    "fetch-later": "fetchLater('@URL', { activateAfter: 0 })",
    "fetch-background": "const r = await navigator.serviceWorker.ready;"
    "await r.backgroundFetch.fetch('x', ['@URL'])",
    "cache-add": "await (await caches.open('x')).add(new Request('@URL', { mode: 'no-cors' }))",
    "wasm": "await WebAssembly.compileStreaming(fetch('@URL'))",
    "xhr": "const x = new XMLHttpRequest(); x.open('GET', '@URL'); x.send()",
    "xhr-sync": "const x = new XMLHttpRequest(); x.open('GET', '@URL', false); x.send()",
    "beacon": "navigator.sendBeacon('@URL', 'x')",
    "beacon-pagehide": "addEventListener('pagehide', () => navigator.sendBeacon('@URL', 'x'))",
    "beacon-hidden": "addEventListener('visibilitychange', () => navigator.sendBeacon('@URL'))",
    "fetch-unload": "addEventListener('unload', () => fetch('@URL', { keepalive: true }))",
    "image-object": "new Image().src = '@URL'",
    "font-face": "await new FontFace('x', 'url(@URL)').load()",
    "sheet-replace": "const s = document.createElement('style');"
    "s.textContent = '@import \"@URL\"'; document.head.append(s)",
    "import": "await import('@URL')",
    "event-source": "new EventSource('@URL')",
    "websocket": "new WebSocket('@WS')",
    "websocket-stream": "await new WebSocketStream('@WS').opened",
    "websocket-frame": "const f = document.createElement('iframe');"
    "f.srcdoc = '<script>new WebSocket(\"@WS\")<\\/script>'; document.body.append(f)",
    "websocket-blank": "const f = document.createElement('iframe'); document.body.append(f);"
    "new f.contentWindow.WebSocket('@WS')",
    "websocket-worker": WORKER.replace("CODE", "new WebSocket('@WS')"),
    "websocket-shared": SHARED.replace("CODE", "new WebSocket('@WS')"),
    "worker-fetch": WORKER.replace("CODE", "fetch('@URL')"),
    "worker-import": WORKER.replace("CODE", "importScripts('@URL')"),
    "worker-script": "new Worker('@URL')",
    "worker-nested": WORKER.replace(
        "CODE", "new Worker(URL.createObjectURL(new Blob(['fetch(\"@URL\")'])))"
    ),
    "shared-fetch": SHARED.replace("CODE", "fetch('@URL')"),
    "service-worker": "await navigator.serviceWorker.register('worker-@PORT.js')",
    "worklet-paint": "await CSS.paintWorklet.addModule('@URL')",
    "worklet-audio": "await new OfflineAudioContext(1, 9, 9000).audioWorklet.addModule('@URL')",
    "worklet-storage": "await sharedStorage.worklet.addModule('@URL')",
    "webtransport": "await new WebTransport('https://@HOST/').ready",
    "stun": PEER.replace("SERVER", "{ urls: 'stun:@HOST' }"),
    "turn-udp": PEER.replace("SERVER", f"{{ urls: 'turn:@HOST?transport=udp', {TURN} }}"),
    "turn-tcp": PEER.replace("SERVER", f"{{ urls: 'turn:@HOST?transport=tcp', {TURN} }}"),
    "turns": PEER.replace("SERVER", f"{{ urls: 'turns:@HOST?transport=tcp', {TURN} }}"),
    "ice-udp": ICE.replace("KIND", "udp").replace("TYPE", ""),
    "ice-tcp": ICE.replace("KIND", "tcp").replace("TYPE", " tcptype passive"),
    "ping": "const a = document.createElement('a'); a.ping = '@URL'; a.href = '#x';"
    "document.body.append(a); a.click()",
    "form-frame": "const f = document.createElement('iframe'); f.name = 'f@PORT';"
    "document.body.append(f); const form = document.createElement('form'); form.method = 'post';"
    "form.action = '@URL'; form.target = f.name; document.body.append(form); form.submit()",
    "frame-location": "const f = document.createElement('iframe'); document.body.append(f);"
    "f.contentWindow.location = '@URL'",
    "frame-javascript": "const f = document.createElement('iframe'); document.body.append(f);"
    "f.src = `javascript:fetch('@URL')`",
    "frame-blob": "const f = document.createElement('iframe'); document.body.append(f);"
    "f.src = URL.createObjectURL(new Blob(['<img src=\"@URL\">'], { type: 'text/html' }))",
    "document-write": "const f = document.createElement('iframe'); document.body.append(f);"
    "f.contentDocument.write('<img src=\"@URL\">'); f.contentDocument.close()",
    "payment": "new PaymentRequest([{ supportedMethods: '@URL' }],"
    "{ total: { label: 'x', amount: { currency: 'USD', value: '1' } } }).canMakePayment()",
    "presentation": "await new PresentationRequest('@URL').getAvailability()",
    "federated": "await navigator.credentials.get({ identity: { providers: "
    "[{ configURL: '@URL', clientId: 'x' }] } })",
    "file-fetch": "leak(await (await fetch('file:///etc/passwd')).text())",
    "file-xhr": "const x = new XMLHttpRequest(); x.open('GET', 'file:///etc/passwd', false);"
    "x.send(); leak(x.responseText)",
    "file-frame": "const f = document.createElement('iframe'); f.src = 'file:///etc/passwd';"
    "document.body.append(f); await new Promise(r => f.onload = r);"
    "leak(f.contentDocument.body.textContent)",
    "file-worker": "const w = new Worker('file:///etc/passwd'); w.onmessage = () => leak('ran')",
    "folder-above": "leak(await (await fetch('/..%2f..%2fsecret.txt')).text())",
    "folder-beside": "leak(await (await fetch('..%2fsecret.txt')).text())",
}

# these leave the page, or open another one
NAVIGATIONS = {
    "download": "const a = document.createElement('a'); a.download = 'x'; a.href = '@URL';"
    "document.body.append(a); a.click()",
    "location": "location.href = '@URL'",
    "location-replace": "location.replace('@URL')",
    "navigation": "navigation.navigate('@URL')",
    "refresh": "const m = document.createElement('meta'); m.httpEquiv = 'refresh';"
    "m.content = '0;url=@URL'; document.head.append(m)",
    "form-get": "const f = document.createElement('form'); f.action = '@URL';"
    "document.body.append(f); f.submit()",
    "form-post": "const f = document.createElement('form'); f.action = '@URL'; f.method = 'post';"
    "document.body.append(f); f.submit()",
    "link-click": "const a = document.createElement('a'); a.href = '@URL';"
    "document.body.append(a); a.click()",
    "popup": "open('@URL')",
    "popup-noopener": "open('@URL', '_blank', 'noopener')",
    "popup-script": "const w = open('about:blank'); w.fetch('@URL')",
    "popup-socket": "const w = open('about:blank'); new w.WebSocket('@WS')",
    "popup-link": "const a = document.createElement('a'); a.href = '@URL'; a.target = '_blank';"
    "document.body.append(a); a.click()",
    "popup-form": "const f = document.createElement('form'); f.action = '@URL';"
    "f.method = 'post'; f.target = '_blank'; document.body.append(f); f.submit()",
    "view-source": "open('view-source:@URL')",
    "file-popup": "const w = open('file:///etc/passwd');"
    "await new Promise(r => setTimeout(r, 300)); leak(w.document.body.textContent)",
    "file-location": "location.href = 'file:///etc/passwd'",
}

NAMES = (*MARKUP, *SCRIPTS, *NAVIGATIONS)
