internal import ServingTypes

extension FinishReason {
    /// OpenAI's word.
    var word: String {
        switch self {
        case .stop: "stop"
        case .length: "length"
        }
    }
}
