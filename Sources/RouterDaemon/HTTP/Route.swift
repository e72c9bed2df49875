internal import Observability

/// The paths of the client API.
enum Route: Equatable {
    case chatCompletions
    case completions
    case models
    case model(String)
    case tokenize
    case detokenize
    case health
    case ready
    case version

    private static let modelPrefix = "/v1/models/"

    init?(path: String) {
        switch path {
        case "/v1/chat/completions": self = .chatCompletions
        case "/v1/completions": self = .completions
        case "/v1/models": self = .models
        case "/tokenize": self = .tokenize
        case "/detokenize": self = .detokenize
        case "/health": self = .health
        case "/ready": self = .ready
        case "/version": self = .version
        default:
            guard path.hasPrefix(Self.modelPrefix), path.utf8.count > Self.modelPrefix.utf8.count else {
                return nil
            }
            self = .model(Self.percentDecoded(path.dropFirst(Self.modelPrefix.count)))
        }
    }

    /// The one method it takes; `HEAD` goes wherever `GET` does.
    var method: String {
        switch self {
        case .chatCompletions, .completions, .tokenize, .detokenize: "POST"
        case .models, .model, .health, .ready, .version: "GET"
        }
    }

    /// Whether it answers without a key: probes have none.
    var isOpen: Bool {
        switch self {
        case .health, .ready: true
        case .chatCompletions, .completions, .models, .model, .tokenize, .detokenize, .version: false
        }
    }

    /// A model's name may hold a slash, which some clients send as `%2F`.
    private static func percentDecoded(_ text: Substring) -> String {
        var decoded: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else {
                decoded.append(byte)
                continue
            }
            decoded.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}

extension ClientRoute {
    /// The route's name in metrics; `nil` is a path that there is not.
    init(_ route: Route?) {
        self =
            switch route {
            case .chatCompletions: .chatCompletions
            case .completions: .completions
            case .models: .models
            case .model: .model
            case .tokenize: .tokenize
            case .detokenize: .detokenize
            case .health: .health
            case .ready: .ready
            case .version: .version
            case nil: .other
            }
    }
}
