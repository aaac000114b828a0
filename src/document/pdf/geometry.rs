//! Where glyphs are on a page: affine matrices of ISO 32000-1, 8.3.3.

use lopdf::Object;

/// `[a b c d e f]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matrix(pub [f64; 6]);

pub const IDENTITY: Matrix = Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

impl Matrix {
    /// From six numbers; anything else leaves things where they are.
    pub fn of(values: &[Object]) -> Self {
        let mut matrix = [0.0; 6];
        for (to, value) in matrix.iter_mut().zip(values) {
            *to = number(value).unwrap_or_default();
        }
        if values.len() == 6 { Matrix(matrix) } else { IDENTITY }
    }

    /// First this, then `next`.
    pub fn then(self, next: Self) -> Self {
        let [right, up] = [next.distance(self.0[0], self.0[1]), next.distance(self.0[2], self.0[3])];
        let origin = next.point(self.0[4], self.0[5]);
        Matrix([right.x, right.y, up.x, up.y, origin.x, origin.y])
    }

    /// Moves first by `x` and `y`.
    pub fn moved(self, x: f64, y: f64) -> Self {
        let origin = self.point(x, y);
        Matrix([self.0[0], self.0[1], self.0[2], self.0[3], origin.x, origin.y])
    }

    pub fn point(self, x: f64, y: f64) -> Point {
        self.distance(x, y).plus(Point { x: self.0[4], y: self.0[5] })
    }

    /// Where a distance leads.
    pub fn distance(self, x: f64, y: f64) -> Point {
        let matrix = self.0;
        Point { x: matrix[0] * x + matrix[2] * y, y: matrix[1] * x + matrix[3] * y }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

impl Point {
    pub fn minus(self, other: Point) -> Point {
        Point { x: self.x - other.x, y: self.y - other.y }
    }

    pub fn plus(self, other: Point) -> Point {
        Point { x: self.x + other.x, y: self.y + other.y }
    }

    pub fn times(self, factor: f64) -> Point {
        Point { x: self.x * factor, y: self.y * factor }
    }

    pub fn length(self) -> f64 {
        self.x.hypot(self.y)
    }

    /// Of a direction and another one of length 1, how far this goes along it.
    pub fn along(self, direction: Point) -> f64 {
        self.x * direction.x + self.y * direction.y
    }

    /// How far this goes to the left of a direction of length 1.
    pub fn across(self, direction: Point) -> f64 {
        self.y * direction.x - self.x * direction.y
    }

    /// The same direction with length 1; to the right, if it has none.
    pub fn unit(self) -> Point {
        let length = self.length();
        if length.is_finite() && length > 1e-9 { self.times(1.0 / length) } else { Point { x: 1.0, y: 0.0 } }
    }
}

/// A rectangle by its sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rectangle {
    pub left: f64,
    pub bottom: f64,
    pub right: f64,
    pub top: f64,
}

impl Rectangle {
    /// From two corners that are opposite each other.
    pub fn of(values: &[Object]) -> Option<Self> {
        let numbers: Vec<f64> = values.iter().filter_map(number).collect();
        let [x, y, other_x, other_y] = numbers[..] else { return None };
        Some(Rectangle { left: x.min(other_x), bottom: y.min(other_y), right: x.max(other_x), top: y.max(other_y) })
    }

    pub fn holds(&self, point: Point, margin: f64) -> bool {
        (self.left - margin..=self.right + margin).contains(&point.x)
            && (self.bottom - margin..=self.top + margin).contains(&point.y)
    }
}

pub fn number(value: &Object) -> Option<f64> {
    value.as_float().ok().map(f64::from).filter(|number| number.is_finite())
}
