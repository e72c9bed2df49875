internal import Hummingbird
internal import NIOCore
internal import ServingTypes

extension Response {
    /// A document of the admin listener, or why there is none.
    ///
    /// - Parameter text: the document as JSON (UTF-8).
    static func document(_ text: () throws -> [UInt8]) -> Response {
        do {
            return Response(json: ByteBuffer(bytes: try text()))
        } catch let error as ServingError {
            return APIError(error).response()
        } catch {
            return APIError(ServingError(.engine, "the document cannot be written as JSON: \(error)"))
                .response()
        }
    }
}
