internal import ArgumentParser
internal import Workload

/// Where the prompts of a run come from.
enum DatasetName: String, CaseIterable, ExpressibleByArgument {
    case random, mooncake, azure, burstgpt, text, chat

    /// The form of the recorded trace; `nil` for other datasets.
    var traceFormat: TraceFormat? {
        switch self {
        case .mooncake: .mooncake
        case .azure: .azure
        case .burstgpt: .burstGPT
        case .random, .text, .chat: nil
        }
    }

    /// Whether `--dataset-path` is needed.
    var isFile: Bool { traceFormat != nil || self == .text }
}
