"""The detection assignment as public code has it: NMS with areas and a loop over the order, offsets for classes,
fully connected layers turned into convolutions, VOC's evaluation with sentinels."""

import math

import numpy as np
import torch
import torch.nn as nn


def box_area(boxes):
    w = np.clip(boxes[:, 2] - boxes[:, 0], 0, None)
    h = np.clip(boxes[:, 3] - boxes[:, 1], 0, None)
    return w * h


def box_iou(a, b):
    iou = np.zeros((a.shape[0], b.shape[0]))
    area_a, area_b = box_area(a), box_area(b)
    for k in range(b.shape[0]):
        ixmin = np.maximum(a[:, 0], b[k, 0])
        iymin = np.maximum(a[:, 1], b[k, 1])
        ixmax = np.minimum(a[:, 2], b[k, 2])
        iymax = np.minimum(a[:, 3], b[k, 3])
        inters = np.maximum(ixmax - ixmin, 0.0) * np.maximum(iymax - iymin, 0.0)
        uni = area_a + area_b[k] - inters
        iou[:, k] = inters / np.where(uni > 0, uni, np.inf)
    return iou


def nms(boxes, scores, iou_threshold):
    x1, y1, x2, y2 = boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3]
    areas = (x2 - x1) * (y2 - y1)
    order = np.lexsort((np.arange(len(scores)), -scores))
    keep = []
    while order.size > 0:
        i = order[0]
        keep.append(i)
        xx1 = np.maximum(x1[i], x1[order[1:]])
        yy1 = np.maximum(y1[i], y1[order[1:]])
        xx2 = np.minimum(x2[i], x2[order[1:]])
        yy2 = np.minimum(y2[i], y2[order[1:]])
        w = np.maximum(0.0, xx2 - xx1)
        h = np.maximum(0.0, yy2 - yy1)
        inter = w * h
        ovr = inter / (areas[i] + areas[order[1:]] - inter)
        inds = np.where(ovr <= iou_threshold)[0]
        order = order[inds + 1]
    return np.asarray(keep, dtype=np.int64)


def batched_nms(boxes, scores, classes, iou_threshold):
    if boxes.size == 0:
        return np.empty((0,), dtype=np.int64)
    span = boxes.max() - boxes.min() + 1
    return nms(boxes + (classes * span)[:, None], scores, iou_threshold)


def sliding_window(feature_map, head):
    _N, C, H, W = feature_map.shape
    fcs = [m for m in head if isinstance(m, nn.Linear)]
    k = round(math.sqrt(fcs[0].in_features / C))
    if C * k * k != fcs[0].in_features or k > H or k > W:
        raise ValueError("head does not fit")
    layers = []
    for m in head:
        if isinstance(m, nn.Linear):
            size = k if not layers else 1
            conv = nn.Conv2d(m.in_features // size**2, m.out_features, size).to(m.weight.dtype)
            conv.weight.data.copy_(m.weight.data.view(conv.weight.shape))
            conv.bias.data.copy_(m.bias.data)
            layers.append(conv)
        elif not isinstance(m, (nn.Flatten, nn.Dropout)):
            layers.append(m)
    with torch.no_grad():
        return nn.Sequential(*layers)(feature_map)


class SpatialPyramidPool(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = levels

    def forward(self, x):
        N, C, H, W = x.size()
        out = []
        for n in self.levels:
            pooled = x.new_empty(N, C, n, n)
            for i in range(n):
                y0, y1 = math.floor(i * H / n), math.ceil((i + 1) * H / n)
                for j in range(n):
                    x0, x1 = math.floor(j * W / n), math.ceil((j + 1) * W / n)
                    pooled[:, :, i, j] = x[:, :, y0:y1, x0:x1].reshape(N, C, -1).max(dim=2)[0]
            out.append(pooled.view(N, -1))
        return torch.cat(out, 1)


def roi_to_feature(roi, strides):
    S = 1
    for s in strides:
        S *= s
    x1, y1, x2, y2 = roi
    left, top = int(np.floor(x1 / S)), int(np.floor(y1 / S))
    right, bottom = int(np.ceil(x2 / S)), int(np.ceil(y2 / S))
    return left, top, max(left + 1, right), max(top + 1, bottom)


def encode_boxes(boxes, anchors):
    ex_widths = anchors[:, 2] - anchors[:, 0]
    ex_heights = anchors[:, 3] - anchors[:, 1]
    ex_ctr_x = anchors[:, 0] + 0.5 * ex_widths
    ex_ctr_y = anchors[:, 1] + 0.5 * ex_heights
    gt_widths = boxes[:, 2] - boxes[:, 0]
    gt_heights = boxes[:, 3] - boxes[:, 1]
    gt_ctr_x = boxes[:, 0] + 0.5 * gt_widths
    gt_ctr_y = boxes[:, 1] + 0.5 * gt_heights
    dx = (gt_ctr_x - ex_ctr_x) / ex_widths
    dy = (gt_ctr_y - ex_ctr_y) / ex_heights
    return np.vstack((dx, dy, np.log(gt_widths / ex_widths), np.log(gt_heights / ex_heights))).transpose()


def decode_boxes(deltas, anchors):
    widths = anchors[:, 2] - anchors[:, 0]
    heights = anchors[:, 3] - anchors[:, 1]
    pred_ctr_x = deltas[:, 0] * widths + anchors[:, 0] + 0.5 * widths
    pred_ctr_y = deltas[:, 1] * heights + anchors[:, 1] + 0.5 * heights
    pred_w, pred_h = np.exp(deltas[:, 2]) * widths, np.exp(deltas[:, 3]) * heights
    pred = np.zeros(deltas.shape)
    pred[:, 0] = pred_ctr_x - 0.5 * pred_w
    pred[:, 1] = pred_ctr_y - 0.5 * pred_h
    pred[:, 2] = pred_ctr_x + 0.5 * pred_w
    pred[:, 3] = pred_ctr_y + 0.5 * pred_h
    return pred


def precision_recall(boxes, scores, truth, iou_threshold=0.5):
    image_ids = np.concatenate([[i] * len(s) for i, s in enumerate(scores)]).astype(int)
    BB, confidence = np.concatenate(boxes), np.concatenate(scores)
    npos = sum(len(t) for t in truth)
    det = [[False] * len(t) for t in truth]
    sorted_ind = np.argsort(-confidence, kind="mergesort")
    BB, image_ids = BB[sorted_ind, :], image_ids[sorted_ind]
    nd = len(image_ids)
    tp, fp = np.zeros(nd), np.zeros(nd)
    for d in range(nd):
        BBGT = truth[image_ids[d]]
        ovmax = -np.inf
        if BBGT.size > 0:
            overlaps = box_iou(BB[d : d + 1], BBGT)[0]
            ovmax, jmax = np.max(overlaps), np.argmax(overlaps)
        if ovmax >= iou_threshold and not det[image_ids[d]][jmax]:
            tp[d] = 1.0
            det[image_ids[d]][jmax] = True
        else:
            fp[d] = 1.0
    fp, tp = np.cumsum(fp), np.cumsum(tp)
    rec = tp / float(npos) if npos else np.zeros(nd)
    prec = tp / np.maximum(tp + fp, np.finfo(np.float64).eps)
    return prec, rec


def average_precision(precision, recall, points=None):
    if points is not None:
        ap = 0.0
        for t in np.linspace(0.0, 1.0, points):
            p = 0 if np.sum(recall >= t - 1e-9) == 0 else np.max(precision[recall >= t - 1e-9])
            ap = ap + p / points
        return ap
    mrec = np.concatenate(([0.0], recall, [1.0]))
    mpre = np.concatenate(([0.0], precision, [0.0]))
    for i in range(mpre.size - 1, 0, -1):
        mpre[i - 1] = np.maximum(mpre[i - 1], mpre[i])
    i = np.where(mrec[1:] != mrec[:-1])[0]
    return np.sum((mrec[i + 1] - mrec[i]) * mpre[i + 1])


def mean_average_precision(boxes, scores, labels, truth, truth_labels, iou_thresholds=(0.5,)):
    classes = {int(c) for each in truth_labels for c in each}
    aps = []
    for c in classes:
        for t in iou_thresholds:
            bs = [b[lab == c] for b, lab in zip(boxes, labels, strict=False)]
            ss = [s[lab == c] for s, lab in zip(scores, labels, strict=False)]
            ts = [g[lab == c] for g, lab in zip(truth, truth_labels, strict=False)]
            prec, rec = precision_recall(bs, ss, ts, t)
            aps.append(average_precision(prec, rec))
    return sum(aps) / len(aps) if aps else float("nan")


q_half_moved = 0.3333
q_windows = 8 * 15
q_pyramid = 50 * 256
q_twice = 10 / 20
