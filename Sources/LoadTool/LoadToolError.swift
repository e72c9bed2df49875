/// Why a load test cannot be made as asked.
public enum LoadToolError: Error, Hashable, CustomStringConvertible {
    /// Not a base URL.
    case badURL(String)
    /// A host name that does not resolve, with the resolver's words.
    case unknownHost(String, String)
    /// A file that cannot be read, or says something that it must not, with the reason.
    case unusableFile(String, String)
    /// The server did not answer as it should before the run, with what happened.
    case notReady(String, String)
    /// This machine or process cannot do it, with what is needed.
    case environment(String)
    /// An option's value, with what to write instead.
    case badOption(String, String)

    /// What happened, and what to do.
    public var description: String {
        switch self {
        case .badURL(let text):
            "\"\(text)\" is not a base URL: write http://HOST:PORT or https://HOST:PORT, if need be with a path"
        case .unknownHost(let host, let reason): "host \(host) was not found: \(reason)"
        case .unusableFile(let path, let reason): "cannot use \(path): \(reason)"
        case .notReady(let target, let reason): "\(target) is not ready: \(reason)"
        case .environment(let reason): reason
        case .badOption(let option, let reason): "\(option) \(reason)"
        }
    }

    /// Exit status of the program: as in sysexits.h.
    public var exitStatus: Int32 {
        switch self {
        case .badURL, .badOption: 64
        case .unusableFile: 66
        case .unknownHost: 68
        case .notReady: 69
        case .environment: 71
        }
    }
}
