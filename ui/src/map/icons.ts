/** Small pictures the map needs, drawn with the tokens of the day: no image files, no sprite server. */
import type { Colours } from "./palette.ts";

export interface Picture {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

function draw(size: number, paint: (g: CanvasRenderingContext2D) => void): Picture {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * 2;
  const g = canvas.getContext("2d")!;
  g.scale(2, 2);
  paint(g);
  const { data } = g.getImageData(0, 0, size * 2, size * 2);
  return { width: size * 2, height: size * 2, data };
}

/** A dashed, hatched violet disc: something that has not happened. */
function forecast(colour: string): Picture {
  return draw(40, (g) => {
    g.strokeStyle = colour;
    g.save();
    g.beginPath();
    g.arc(20, 20, 16, 0, 7);
    g.clip();
    g.globalAlpha = 0.4;
    g.lineWidth = 1.2;
    for (let x = -40; x < 40; x += 5) {
      g.beginPath();
      g.moveTo(x, 40);
      g.lineTo(x + 40, 0);
      g.stroke();
    }
    g.restore();
    g.lineWidth = 1.8;
    g.setLineDash([4, 3]);
    g.beginPath();
    g.arc(20, 20, 16, 0, 7);
    g.stroke();
  });
}

export function pictures(colours: Colours): Record<string, Picture> {
  return {
    forecast: forecast(colours.future),
    town: draw(8, (g) => {
      g.fillStyle = colours.place;
      g.beginPath();
      g.arc(4, 4, 2, 0, 7);
      g.fill();
    }),
    event: draw(12, (g) => {
      g.strokeStyle = colours.text;
      g.fillStyle = colours.sea;
      g.lineWidth = 1.2;
      g.beginPath();
      g.moveTo(6, 1.5);
      g.lineTo(10.5, 6);
      g.lineTo(6, 10.5);
      g.lineTo(1.5, 6);
      g.closePath();
      g.fill();
      g.stroke();
    }),
  };
}
