internal import CKernels
internal import ModelFormat

/// A weight matrix used in place from the mapped model file: `[rows][columns]`, one output per row.
struct WeightMatrix: Sendable {
    /// Outputs.
    let rows: Int
    /// Inputs: a multiple of 16.
    let columns: Int
    /// Number format of the elements.
    let type: ck_type
    /// Bytes from row to row.
    let rowBytes: Int
    private let tensor: GGUFTensor

    /// Finds the tensor `name` and checks its shape and format.
    init(_ name: String, rows: Int, columns: Int, in model: GGUFFile) throws(EngineError) {
        do {
            tensor = try model.tensor(name, shape: [columns, rows])
        } catch {
            throw .model(error)
        }
        guard let type = ck_type(tensor.type) else {
            throw .unsupportedModel(reason: "tensor \(name) is \(tensor.type)")
        }
        guard columns.isMultiple(of: 16) else {
            throw .unsupportedModel(
                reason: "rows of tensor \(name) have \(columns) elements, not a multiple of 16"
            )
        }
        self.rows = rows
        self.columns = columns
        self.type = type
        rowBytes = columns / tensor.type.blockElements * tensor.type.blockBytes
    }

    /// The rows from `first` on, as kernels take them; valid while this value lives.
    func from(row first: Int) -> ck_matrix {
        ck_matrix(base: pointer(toRow: first), stride: rowBytes, type: type)
    }

    /// The stored elements of one row.
    func pointer(toRow row: Int) -> UnsafeRawPointer {
        guard let base = tensor.bytes.baseAddress else { preconditionFailure("\(tensor.name) has no bytes") }
        return base + row * rowBytes
    }
}

extension ck_type {
    /// The kernels' name of a file's element type; `nil` when they cannot read it.
    init?(_ type: GGUFTensorType) {
        switch type {
        case .f32: self = CK_F32
        case .f16: self = CK_F16
        case .bf16: self = CK_BF16
        case .q8_0: self = CK_Q8_0
        default: return nil
        }
    }
}
