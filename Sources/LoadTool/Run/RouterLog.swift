internal import Foundation
internal import ServingTypes
internal import Workload

/// Reads the times of a request's stages from the log of Baton's router.
enum RouterLog {
    private struct Line: Decodable {
        var name: String
        var queue: String?
        var prefill: String?
        var transfer: String?
        var decode: String?

        enum CodingKeys: String, CodingKey {
            case name = "client_request"
            case queue = "queue_ms"
            case prefill = "prefill_ms"
            case transfer = "transfer_ms"
            case decode = "decode_ms"
        }
    }

    private static let event = Data("request.ended".utf8)

    /// The stages of this run's requests by index, from lines `request.ended` of a log as JSON lines.
    ///
    /// - Throws: ``LoadToolError/unusableFile(_:_:)`` when the file cannot be read or knows none of the requests.
    static func stages(path: String, names: RequestNames) throws(LoadToolError) -> [Int: StageTimes] {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw .unusableFile(path, error.localizedDescription)
        }
        var stages: [Int: StageTimes] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.range(of: event) != nil {
            guard let line = try? JSONDecoder().decode(Line.self, from: line),
                let index = names.index(of: line.name)
            else { continue }
            stages[index] = StageTimes(
                queue: duration(line.queue),
                prefill: duration(line.prefill),
                transfer: duration(line.transfer),
                decode: duration(line.decode)
            )
        }
        guard !stages.isEmpty else {
            throw .unusableFile(
                path,
                "it has no line request.ended about this run: is it the router's, with log.format json?"
            )
        }
        return stages
    }

    private static func duration(_ text: String?) -> Duration? {
        text.flatMap(Double.init).map { .fromSeconds($0 / 1_000) }
    }
}
