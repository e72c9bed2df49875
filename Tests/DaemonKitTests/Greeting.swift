import ServingTypes
import Wire

/// Greetings that fit each other.
enum Greeting {
    static let layout = KVLayout(layerCount: 2, kvHeadCount: 1, headDim: 8, type: .f16, blockTokens: 16)

    static func worker(_ name: String, incarnation: UInt64 = 7) -> Hello {
        var hello = Hello(
            purpose: .control,
            kind: .worker,
            name: name,
            incarnation: Incarnation(rawValue: incarnation),
            cluster: "lab"
        )
        hello.modelDigest = Bytes128(high: 1, low: 2)
        hello.layout = layout
        hello.numericsClass = "class"
        hello.codecs = ["raw"]
        hello.listener = Hello.Listener(host: "127.0.0.1", port: 7_401)
        return hello
    }

    static func router(_ name: String = "router") -> Hello {
        Hello(
            purpose: .control,
            kind: .router,
            name: name,
            incarnation: Incarnation(rawValue: 9),
            cluster: "lab"
        )
    }

    static func admin(_ name: String = "admin") -> Hello {
        Hello(
            purpose: .admin,
            kind: .admin,
            name: name,
            incarnation: Incarnation(rawValue: 5),
            cluster: "lab"
        )
    }
}

extension ServingError {
    static let notBefore = ServingError(.badRequest, "the link is still open")
}
